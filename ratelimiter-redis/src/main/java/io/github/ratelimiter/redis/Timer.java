package io.github.ratelimiter.redis;

import io.github.ratelimiter.TimeSource;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does something later, on the timer that all limiters share or on the application's scheduler:
 * nothing that waits. Whoever may be closed meanwhile looks for himself.
 *
 * @param time wakes up
 */
record Timer(TimeSource time) {
  private static final Logger LOG = LoggerFactory.getLogger(RedisStateStore.class);

  void later(long delay, TimeUnit unit, Runnable action) {
    var unused =
        time.after(unit.toMicros(delay))
            .thenRun(action)
            .exceptionally(
                failure -> {
                  LOG.error("What was to be done later failed", failure);
                  return null;
                });
  }
}
