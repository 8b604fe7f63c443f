package io.github.ratelimiter.spring.autoconfigure;

import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.micrometer.RateLimiterMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;

/** The meters of all limiters in the registry of the application. */
final class LimiterMetrics implements AutoCloseable {
  private final List<RateLimiterMetrics> metrics;

  LimiterMetrics(List<RateLimiter> limiters, MeterRegistry registry) {
    metrics = limiters.stream().map(RateLimiterMetrics::new).toList();
    metrics.forEach(each -> each.bindTo(registry));
  }

  @Override
  public void close() {
    metrics.forEach(RateLimiterMetrics::close);
  }
}
