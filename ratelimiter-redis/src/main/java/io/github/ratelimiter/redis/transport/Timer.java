package io.github.ratelimiter.redis.transport;

import io.github.ratelimiter.TimeSource;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a task later, on the timer that all limiters share or on the application's scheduler. Tasks
 * must not wait. A task must check for itself whether its owner has been closed.
 *
 * @param time sets alarms
 */
public record Timer(TimeSource time) {
  private static final Logger LOG =
      LoggerFactory.getLogger("io.github.ratelimiter.redis.RedisStateStore");

  public void later(long delay, TimeUnit unit, Runnable action) {
    var unused =
        time.after(unit.toMicros(delay))
            .thenRun(action)
            .exceptionally(
                failure -> {
                  LOG.error("A scheduled task failed", failure);
                  return null;
                });
  }
}
