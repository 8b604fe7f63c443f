package io.github.ratelimiter.spring.autoconfigure;

import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.opentelemetry.RateLimiterTracing;
import io.opentelemetry.api.OpenTelemetry;
import java.util.List;

/** The traces of all limiters. */
final class LimiterTraces implements AutoCloseable {
  private final List<RateLimiter> limiters;
  private final RateLimiterTracing tracing;

  LimiterTraces(List<RateLimiter> limiters, OpenTelemetry openTelemetry) {
    this.limiters = limiters;
    this.tracing = RateLimiterTracing.of(openTelemetry);
    limiters.forEach(tracing::observe);
  }

  @Override
  public void close() {
    limiters.forEach(tracing::stop);
  }
}
