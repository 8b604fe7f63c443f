package io.github.ratelimiter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.cache.AdmissionCache;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.store.StateStore;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class HotKeysTest {
  private final StateStore store = LocalStateStore.create();

  @Test
  @DisplayName("How do I keep a hot key from asking the store each time?")
  void leases() {
    try (AdmissionCache cache =
        AdmissionCache.around(store).lease(Duration.ofMillis(100)).build()) {
      RateLimiter limiter = RateLimiter.builder().policy("api", "1000/s").store(cache).build();
      for (int i = 0; i < 100; i++) {
        limiter.tryAcquire("hot");
      }
      assertThat(limiter.tryAcquire("hot").source()).isEqualTo(Source.LEASE);
    }
  }
}
