package io.github.ratelimiter.spring.actuate;

import io.github.ratelimiter.Status;
import io.github.ratelimiter.spring.RateLimiters;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Reports whether the stores of the limiters decide. An outage of a store is {@code DEGRADED} and
 * not {@code DOWN}: the application still answers, and restarting all its instances would not help.
 */
final class RateLimiterHealthIndicator extends AbstractHealthIndicator {
  private static final String DEGRADED = "DEGRADED";

  private final RateLimiters limiters;

  RateLimiterHealthIndicator(RateLimiters limiters) {
    super("The state of the limiters cannot be read");
    this.limiters = limiters;
  }

  @Override
  protected void doHealthCheck(Health.Builder health) {
    health.up();
    boolean closed = false;
    for (String name : limiters.names()) {
      Status status = limiters.get(name).status();
      health.withDetail(name, StatusName.of(status));
      if (status instanceof Status.Degraded degraded) {
        health.status(DEGRADED).withDetail("reason", degraded.reason());
      }
      closed |= status instanceof Status.Closed;
    }
    if (closed) {
      health.down();
    }
  }
}
