package io.github.ratelimiter.algorithm;

/**
 * Where the windows of a calendar begin, as far as a caller tells it: the window of its own clock
 * from {@code first} to {@code second}, and the next one from {@code second} to {@code third}. In
 * microseconds since the Unix epoch.
 *
 * <p>The instant of a decision can be outside of both windows, because a store decides on its own
 * clock. Before them, the first window counts. After them, the next border is not known, so the
 * window is as long as a window of the unit can be.
 *
 * @param first the beginning of the window that contains the caller's instant, 0 or more
 * @param second its end, later than {@code first}
 * @param third the end of the next window, later than {@code second}
 */
public record Borders(long first, long second, long third) {
  /** Returns the beginning of the window that counts at an instant. */
  long startAt(long now, long longest) {
    if (now < second) {
      return first;
    }
    return now < third ? second : now < third + longest ? third : now;
  }

  /** Returns the end of the window that counts at an instant. */
  long endAt(long now, long longest) {
    if (now < second) {
      return second;
    }
    return now < third ? third : startAt(now, longest) + longest;
  }

  /**
   * Returns the end of a stored window for a caller with these borders. A window of the caller that
   * overlaps the stored one is the same window, seen with other data, if both together are not
   * longer than a window of the unit can be. Then the later end counts. Otherwise it is another
   * window, and the stored one ends where it ends.
   *
   * <p>The result does not depend on the instant. So a caller finds the same end at any time.
   */
  long endOf(long start, long end, long longest) {
    long latest = end;
    if (isSame(first, second, start, end, longest)) {
      latest = Math.max(latest, second);
    }
    return isSame(second, third, start, end, longest) ? Math.max(latest, third) : latest;
  }

  private static boolean isSame(long from, long to, long start, long end, long longest) {
    return from < end && start < to && to <= start + longest;
  }
}
