package io.github.ratelimiter.redis.servers;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Waits for conditions, with a deadline. */
public final class Await {
  private static final long LOOK_EVERY_NANOS = 1_000_000;

  private Await() {}

  /** A condition that may fail while it does not hold yet. */
  @FunctionalInterface
  public interface Condition {
    boolean holds() throws Exception;
  }

  /**
   * Waits until a condition holds.
   *
   * @return how long it took
   * @throws AssertionError if it does not hold in time
   */
  public static Duration until(Supplier<String> what, Duration longest, Condition condition) {
    long start = System.nanoTime();
    Throwable last = null;
    do {
      try {
        if (condition.holds()) {
          return Duration.ofNanos(System.nanoTime() - start);
        }
        last = null;
      } catch (Exception | AssertionError e) {
        last = e;
      }
      LockSupport.parkNanos(LOOK_EVERY_NANOS);
    } while (System.nanoTime() - start < longest.toNanos());
    throw new AssertionError("not within " + longest + ": " + what.get(), last);
  }

  /** Waits until a condition holds, 20 seconds at most. */
  public static Duration until(String what, Condition condition) {
    return until(() -> what, Duration.ofSeconds(20), condition);
  }
}
