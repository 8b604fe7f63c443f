package io.github.ratelimiter.cli.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.cli.log.Line;
import io.github.ratelimiter.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogRequestTest {
  private static HttpRequest request(String path) {
    String bytes = new String(path.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    return LogRequest.of(new Line.Request(0, "192.0.2.1", "GET", bytes, "agent", "-", 200));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/a | /a",
        "/a%20b | /a b",
        "/%c3%bc | /\u00fc",
        "/\u00fc | /\u00fc",
        "/a%2Fb | /a%2Fb",
        "/a%2fb | /a%2fb",
        "/%252F | /%2F",
        "/100% | /100%",
        "/%zz | /%zz",
        "/%4 | /%4",
        "/\\x22a\\x22 | /\"a\"",
        "/\\\"a\\\" | /\"a\"",
        "/a\\\\b | /a\\b",
        "/a\\b | /a\\b",
        "/\\xzz | /\\xzz",
        "http://shop.example/a | /a",
        "https://shop.example:443/a/b | /a/b",
        "http://shop.example | /",
        "* | *",
        "- | -"
      })
  void pathIsDecodedOnceExceptForSlashes(String logged, String path) {
    assertThat(request(logged).path()).isEqualTo(path);
    assertThat(request(logged).query()).isEmpty();
  }

  @Test
  void queryIsAsItWasSent() {
    assertThat(request("/a?b=%20?c").query()).hasValue("b=%20?c");
    assertThat(request("/a?b=%20?c").path()).isEqualTo("/a");
    assertThat(request("http://shop.example?b").query()).hasValue("b");
  }

  @Test
  void hasWhatTheLogHas() {
    HttpRequest request = request("/");
    assertThat(request.headers("user-agent")).containsExactly("agent");
    assertThat(request.headers("X-Client")).isEmpty();
    assertThat(request.user()).isEmpty();
    assertThat(request.remoteAddress()).hasValue("192.0.2.1");
    assertThat(request.attribute("tier")).isEmpty();
  }
}
