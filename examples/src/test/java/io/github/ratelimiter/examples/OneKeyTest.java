package io.github.ratelimiter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.KeyLimiter;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.local.LocalStateStore;
import org.junit.jupiter.api.Test;

class OneKeyTest {
  @Test
  void howDoILimitEverythingTogether() {
    RateLimiter limiter = RateLimiter.of("mail-server", "100/s burst 10", LocalStateStore.create());
    KeyLimiter mail = limiter.forKey("smtp.example.org");

    Decision decision = mail.tryAcquire();
    assertThat(decision.allowed()).isTrue();
    assertThat(decision.remaining()).isEqualTo(9);
  }
}
