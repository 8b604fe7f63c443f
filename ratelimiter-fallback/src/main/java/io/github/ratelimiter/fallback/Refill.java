package io.github.ratelimiter.fallback;

import io.github.ratelimiter.FixedWindow;
import io.github.ratelimiter.Limit;
import io.github.ratelimiter.SlidingLog;
import io.github.ratelimiter.SlidingWindow;
import io.github.ratelimiter.WindowStart;
import io.github.ratelimiter.internal.Usage;

/** Computes how many permits become available again with time. */
final class Refill {
  private Refill() {}

  /**
   * Returns the maximum number of permits that can be available again at an instant.
   *
   * @param from when they were taken, in microseconds
   * @param to a later instant, in microseconds
   * @param permits how many were taken
   * @return permits, from 0 to {@code permits}
   */
  static long atMost(Limit limit, long from, long to, long permits) {
    long period = limit.period().toNanos() / 1_000;
    if (to < from || to - from >= period) {
      return permits;
    }
    if (limit instanceof SlidingLog) {
      return 0;
    }
    if (limit instanceof FixedWindow window) {
      return isOneWindow(window.start(), period, from, to) ? 0 : permits;
    }
    if (limit instanceof SlidingWindow counter) {
      return isOneWindow(counter.start(), period, from, to) ? 0 : permits;
    }
    // One more, for the fraction of a permit that the bucket may have had.
    return Math.min(Usage.part(limit.permits(), to - from, period) + 1, permits);
  }

  /** Returns whether both instants are certainly in one window. */
  private static boolean isOneWindow(WindowStart start, long period, long from, long to) {
    return start == WindowStart.EPOCH && Math.floorDiv(from, period) == Math.floorDiv(to, period);
  }
}
