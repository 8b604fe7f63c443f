package io.github.ratelimiter.examples.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

@DisplayName("The page on Spring Boot")
class SpringBootPageTest {
  private static final Path PAGE = Path.of("../../docs/spring-boot.md");
  private static final Pattern CURL =
      Pattern.compile("curl -i (?:-X (\\w+) )?'?http://localhost:8080([^\\s']+)'?");

  /** What follows a command: the expected status, and a text of the response. */
  private static final Pattern ANSWER = Pattern.compile("HTTP/1.1 (\\d+).*");

  @Test
  @DisplayName("has the configuration of the sample")
  void configuration() throws IOException {
    String page = Files.readString(PAGE);

    assertThat(page)
        .contains(
            Files.readString(Path.of("src/main/resources/application.yaml"))
                .replaceFirst("management.*\n", ""));
  }

  @Test
  @DisplayName("has commands with the answers that the sample gives")
  void commands() throws Exception {
    List<String> lines = Files.readAllLines(PAGE);
    int commands = 0;
    try (ConfigurableApplicationContext context =
        SpringApplication.run(SampleApplication.class, "--server.port=0")) {
      String port = context.getEnvironment().getProperty("local.server.port");
      for (int i = 0; i < lines.size(); i++) {
        Matcher curl = CURL.matcher(lines.get(i));
        if (curl.find()) {
          String method = curl.group(1) == null ? "GET" : curl.group(1);
          HttpResponse<String> response = send(method, "http://localhost:" + port + curl.group(2));
          Matcher answer = ANSWER.matcher(lines.get(i + 1));
          assertThat(answer.matches()).as(lines.get(i + 1)).isTrue();
          assertThat(response.statusCode())
              .as(lines.get(i))
              .isEqualTo(Integer.parseInt(answer.group(1)));
          commands++;
        }
      }
    }
    assertThat(commands).isGreaterThanOrEqualTo(3);
  }

  private static HttpResponse<String> send(String method, String uri) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(uri)).method(method, BodyPublishers.noBody()).build(),
            BodyHandlers.ofString());
  }
}
