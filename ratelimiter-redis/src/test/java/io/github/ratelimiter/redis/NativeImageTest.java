package io.github.ratelimiter.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The metadata for native images")
class NativeImageTest {
  private static final Path RESOURCES = Path.of("src/main/resources");

  @Test
  @DisplayName("names every script")
  void scripts() throws IOException {
    Matcher matcher =
        Pattern.compile("\"pattern\": \"(.*)\"")
            .matcher(metadata("ratelimiter-redis/resource-config.json"));
    assertThat(matcher.find()).isTrue();
    Pattern pattern = Pattern.compile(matcher.group(1).replace("\\\\", "\\"));
    try (Stream<Path> files = Files.walk(RESOURCES)) {
      List<String> scripts =
          files
              .filter(file -> file.toString().endsWith(".lua"))
              .map(file -> RESOURCES.relativize(file).toString().replace('\\', '/'))
              .toList();
      assertThat(scripts).isNotEmpty().allMatch(script -> pattern.matcher(script).matches());
    }
  }

  @Test
  @DisplayName("names the methods of virtual threads")
  void virtualThreads() throws IOException {
    assertThat(metadata("ratelimiter-core/reflect-config.json"))
        .contains("java.lang.Thread$Builder", "ofVirtual", "factory");
  }

  private static String metadata(String file) throws IOException {
    String path = "/META-INF/native-image/io.github.ratelimiter/" + file;
    try (InputStream stream = NativeImageTest.class.getResourceAsStream(path)) {
      assertThat(stream).as(path).isNotNull();
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
