package io.github.ratelimiter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.micrometer.RateLimiterMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

class MetricsTest {
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final RateLimiter limiter = RateLimiter.of("api", "3/min", LocalStateStore.create());

  private double requests(String... tags) {
    return registry.get("rate.limiter.requests").tags(tags).functionCounter().count();
  }

  @Test
  void howDoISeeWhoIsLimited() {
    new RateLimiterMetrics(limiter).bindTo(registry);
    for (int i = 0; i < 5; i++) {
      limiter.tryAcquire("user:42");
    }
    assertThat(requests("outcome", "allowed")).isEqualTo(3);
    assertThat(requests("outcome", "refused")).isEqualTo(2);
  }

  @Test
  void howDoIAddATag() {
    RateLimiterMetrics.builder(limiter)
        .tag("tier", 10, (policy, key) -> key.substring(0, key.indexOf(':')))
        .usageOf("api")
        .build()
        .bindTo(registry);
    limiter.tryAcquire("gold:42", 2);
    assertThat(requests("tier", "gold", "outcome", "allowed")).isOne();
    assertThat(registry.get("rate.limiter.usage.percentage").gauge().value()).isBetween(66.0, 67.0);
  }
}
