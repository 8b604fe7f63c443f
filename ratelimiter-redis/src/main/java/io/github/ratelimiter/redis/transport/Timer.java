package io.github.ratelimiter.redis.transport;

import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.internal.LimitedLog;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Runs a task later, on the timer that all limiters share or on the application's scheduler. Tasks
 * must not wait. A task must check for itself whether its owner has been closed.
 *
 * @param time sets alarms
 */
public record Timer(TimeSource time) {
  private static final Logger LOG =
      LoggerFactory.getLogger("io.github.ratelimiter.redis.RedisStateStore");

  private static final LimitedLog FAILURES =
      new LimitedLog(LOG, Level.ERROR, LimitedLog.Rate.ONE_A_SECOND, TimeSource.system());

  public void later(long delay, TimeUnit unit, Runnable action) {
    var unused =
        time.after(unit.toMicros(delay))
            .thenRun(action)
            .exceptionally(
                failure -> {
                  FAILURES.event().setCause(failure).log("A scheduled task failed");
                  return null;
                });
  }
}
