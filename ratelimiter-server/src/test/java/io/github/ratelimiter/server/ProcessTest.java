package io.github.ratelimiter.server;

import static io.github.ratelimiter.servers.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.servers.JavaCommand;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The process of the service")
class ProcessTest {
  private static final Pattern BASE = Pattern.compile("http://localhost:\\d+");

  @TempDir private Path directory;

  @Test
  @DisplayName("prints what to try; answers a call in flight when it is told to end")
  void ends() throws Exception {
    Path rules =
        Files.writeString(
            directory.resolve("rules.yaml"),
            """
            rules:
              - id: slow
                match: { path: /slow }
                key: [user]
                limits: 1/2s
                action: throttle
                max-wait: 5s
            """);
    Path out = directory.resolve("out");
    Process process =
        new ProcessBuilder(
                JavaCommand.program(),
                "-cp",
                JavaCommand.classPath(),
                Main.class.getName(),
                "--port",
                "0",
                "--rules",
                rules.toString())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    try {
      eventually("it has started")
          .atMost(Duration.ofMinutes(2))
          .until(() -> Files.readString(out).contains("Try it:"));
      Matcher base = BASE.matcher(Files.readString(out));
      assertThat(base.find()).isTrue();
      assertThat(post(base.group()).get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);

      // The second one waits for its permit.
      CompletableFuture<HttpResponse<String>> waiting = post(base.group());
      TimeUnit.MILLISECONDS.sleep(500);
      process.destroy();
      assertThat(waiting.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
  }

  private static CompletableFuture<HttpResponse<String>> post(String base) throws IOException {
    return HttpClient.newHttpClient()
        .sendAsync(
            HttpRequest.newBuilder(URI.create(base + "/v1/ratelimit/check"))
                .POST(BodyPublishers.ofString("{\"user_id\": \"1\", \"endpoint\": \"/slow\"}"))
                .build(),
            BodyHandlers.ofString());
  }
}
