package io.github.ratelimiter.bench.server;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for a condition, with a deadline. */
final class Await {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final Duration INTERVAL = Duration.ofMillis(50);

  private Await() {}

  /**
   * Waits until a condition holds.
   *
   * @param what the condition, for the message
   * @throws IllegalStateException if it does not hold within a minute
   */
  static void until(String what, BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > TIMEOUT.toNanos()) {
        throw new IllegalStateException("after " + TIMEOUT.toSeconds() + " s, not yet: " + what);
      }
      LockSupport.parkNanos(INTERVAL.toNanos());
    }
  }
}
