package io.github.ratelimiter.spring.autoconfigure;

import io.github.ratelimiter.opentelemetry.RateLimiterTracing;
import io.github.ratelimiter.spring.RateLimiters;
import io.opentelemetry.api.OpenTelemetry;

/** The traces of all limiters. */
final class LimiterTraces implements AutoCloseable {
  private final RateLimiters limiters;
  private final RateLimiterTracing tracing;

  LimiterTraces(RateLimiters limiters, OpenTelemetry openTelemetry) {
    this.limiters = limiters;
    this.tracing = RateLimiterTracing.of(openTelemetry);
    limiters.names().forEach(name -> tracing.observe(limiters.get(name)));
  }

  @Override
  public void close() {
    limiters.names().forEach(name -> tracing.stop(limiters.get(name)));
  }
}
