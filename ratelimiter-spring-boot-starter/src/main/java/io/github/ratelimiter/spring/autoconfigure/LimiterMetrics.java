package io.github.ratelimiter.spring.autoconfigure;

import io.github.ratelimiter.micrometer.RateLimiterMetrics;
import io.github.ratelimiter.spring.RateLimiters;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;

/** The meters of all limiters in the registry of the application. */
final class LimiterMetrics implements AutoCloseable {
  private final List<RateLimiterMetrics> metrics;

  LimiterMetrics(RateLimiters limiters, MeterRegistry registry) {
    metrics =
        limiters.names().stream().map(name -> new RateLimiterMetrics(limiters.get(name))).toList();
    metrics.forEach(each -> each.bindTo(registry));
  }

  @Override
  public void close() {
    metrics.forEach(RateLimiterMetrics::close);
  }
}
