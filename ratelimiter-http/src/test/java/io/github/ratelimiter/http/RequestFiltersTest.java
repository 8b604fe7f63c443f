package io.github.ratelimiter.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.function.Predicate;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A condition on requests")
class RequestFiltersTest {
  private final Predicate<HttpRequest> skipped = RequestFilters.pathPrefix("/static/", "/health");

  @ParameterizedTest
  @ValueSource(strings = {"/static/", "/static/a.css", "/health", "/health/live"})
  @DisplayName("holds for the prefix of a path and everything below it")
  void below(String path) {
    assertThat(skipped.test(TestRequest.get(path))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/static",
        "/healthy",
        "/api",
        "/static/../api",
        "/static/..;/api",
        "/static/%2e%2e/api",
        "/static//../api",
        "/static/./api",
        "/static/..\\api",
        "/static/a;b"
      })
  @DisplayName("does not hold for another path, or for one that may be another path")
  void elsewhere(String path) {
    assertThat(skipped.test(TestRequest.get(path))).isFalse();
  }

  @Test
  @DisplayName("holds for a method")
  void method() {
    Predicate<HttpRequest> options = RequestFilters.method("OPTIONS");
    assertThat(options.test(TestRequest.of("OPTIONS", "/"))).isTrue();
    assertThat(options.test(TestRequest.get("/"))).isFalse();
  }

  @Test
  @DisplayName("needs a prefix that begins with a slash")
  void badPrefix() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RequestFilters.pathPrefix("static"))
        .withMessage("'static' is not a prefix of a path; begin with '/'");
  }
}
