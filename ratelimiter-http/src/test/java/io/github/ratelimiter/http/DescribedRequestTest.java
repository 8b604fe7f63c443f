package io.github.ratelimiter.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A described request")
class DescribedRequestTest {
  private final DescribedRequest plain = DescribedRequest.of("GET", "/orders/42");

  @Test
  @DisplayName("has a method and a path, and nothing else")
  void plain() {
    assertThat(plain.method()).isEqualTo("GET");
    assertThat(plain.path()).isEqualTo("/orders/42");
    assertThat(plain.query()).isEmpty();
    assertThat(plain.headers("Accept")).isEmpty();
    assertThat(plain.remoteAddress()).isEmpty();
    assertThat(plain.user()).isEmpty();
    assertThat(plain.attribute("tier")).isEmpty();
    assertThat(plain).hasToString("GET /orders/42");
  }

  @Test
  @DisplayName("is copied with each value that is added, and keeps the others")
  void with() {
    DescribedRequest full =
        plain
            .withQuery("page=2")
            .withHeader("Accept", "text/html")
            .withRemoteAddress("192.0.2.1")
            .withUser("ann")
            .withAttribute("tier", "free")
            .withHeader("accept", "text/plain")
            .withAttribute("tier", "premium");

    assertThat(full.method()).isEqualTo("GET");
    assertThat(full.path()).isEqualTo("/orders/42");
    assertThat(full.query()).hasValue("page=2");
    assertThat(full.headers("ACCEPT")).containsExactly("text/html", "text/plain");
    assertThat(full.header("Accept")).hasValue("text/html");
    assertThat(full.remoteAddress()).hasValue("192.0.2.1");
    assertThat(full.user()).hasValue("ann");
    assertThat(full.attribute("tier")).hasValue("premium");
    assertThat(full).hasToString("GET /orders/42");
    plain();
  }

  @Test
  @DisplayName("has no values that are null")
  @SuppressWarnings("NullAway")
  void noNulls() {
    assertThatNullPointerException().isThrownBy(() -> DescribedRequest.of("GET", null));
    assertThatNullPointerException().isThrownBy(() -> plain.withHeader("Accept", null));
    assertThatNullPointerException().isThrownBy(() -> plain.withAttribute("tier", null));
  }
}
