package io.github.ratelimiter.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What limits do in every kind of web application. The policies {@code api}, for each user or else
 * address, and {@code login} allow 2 requests in an hour.
 */
abstract class LimitsContract {
  private static final String ANN = "Basic YW5uOmE=";
  private static final String BOB = "Basic Ym9iOmI=";

  abstract Server server();

  @BeforeEach
  void allPermits() {
    server().reset("ip:127.0.0.1", "user:ann", "user:bob", "method");
  }

  @Test
  @DisplayName("each user of Spring Security has a limit of his own, and so have addresses")
  void users() {
    server().get("/api/hello", "Authorization", ANN);
    server().get("/api/hello", "Authorization", ANN);

    assertThat(server().get("/api/hello", "Authorization", ANN).statusCode()).isEqualTo(429);
    assertThat(server().get("/api/hello", "Authorization", BOB).body()).isEqualTo("hello bob");
    assertThat(server().get("/api/hello").statusCode()).isEqualTo(200);
  }

  @Test
  @DisplayName("a limit of failed logins counts only responses with the status 401")
  void countsFailures() {
    for (int i = 0; i < 3; i++) {
      assertThat(server().send("POST", "/login/200").statusCode()).isEqualTo(200);
      server().awaitRemaining("login", "ip:127.0.0.1", 2);
    }
    assertThat(server().send("POST", "/login/401").statusCode()).isEqualTo(401);
    assertThat(server().send("POST", "/login/401").statusCode()).isEqualTo(401);

    assertThat(server().send("POST", "/login/401").statusCode()).isEqualTo(429);
  }

  @Test
  @DisplayName("a request above the limit is answered with problem details and one of each header")
  void refused() {
    server().get("/api/hello");
    server().get("/api/hello");

    HttpResponse<String> response = server().get("/api/hello");

    assertRefused(response);
    assertThat(response.body()).contains("#quota-exceeded");
  }

  @Test
  @DisplayName("a refusal by an annotated method of a controller looks like one by the filter")
  void limitedMethod() {
    server().get("/limited");
    server().get("/limited");

    assertRefused(server().get("/limited"));
  }

  private static void assertRefused(HttpResponse<String> response) {
    assertThat(response.statusCode()).isEqualTo(429);
    assertThat(response.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("application/problem+json");
    assertThat(response.headers().allValues("Retry-After")).hasSize(1);
    assertThat(response.headers().allValues("RateLimit")).hasSize(1);
    assertThat(response.body()).contains("\"violated-policies\":[\"api\"]");
  }
}
