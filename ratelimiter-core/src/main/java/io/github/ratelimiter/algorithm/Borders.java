package io.github.ratelimiter.algorithm;

/**
 * Three borders of a calendar, which a caller sends with a request. The window from {@code first}
 * to {@code second} contains the time of the caller's clock. The window from {@code second} to
 * {@code third} is the next one. In microseconds since the Unix epoch.
 *
 * <p>A store decides on its own clock, so the instant of a decision can be outside of both windows.
 * Before them, the first window counts. After them, the next border is not known, so the window has
 * the longest length of its unit.
 *
 * @param first the start of the window that contains the caller's instant, 0 or more
 * @param second its end, later than {@code first}
 * @param third the end of the next window, later than {@code second}
 */
public record Borders(long first, long second, long third) {
  /** Returns the start of the window that counts at an instant. */
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
   * overlaps the stored window is the same window, computed from different time zone data, if both
   * together are not longer than the longest window of the unit. Then the later end counts.
   * Otherwise it is another window, and the end of the stored window does not change.
   *
   * <p>The result does not depend on the instant, so it is the same at any time.
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
