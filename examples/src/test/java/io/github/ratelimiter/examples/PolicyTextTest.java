package io.github.ratelimiter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Policy;
import org.junit.jupiter.api.Test;

class PolicyTextTest {
  @Test
  void howIsAPolicyWritten() {
    assertThat(Policy.parse("api", "100/60s").text()).isEqualTo("100/min");
    assertThat(Policy.parse("api", "token-bucket 7 / 60min BURST 7").text()).isEqualTo("7/h");
  }
}
