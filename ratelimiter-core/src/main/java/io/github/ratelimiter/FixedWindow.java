package io.github.ratelimiter;

import io.github.ratelimiter.algorithm.Algorithm;
import io.github.ratelimiter.internal.Periods;
import java.time.Duration;
import java.util.Objects;

/**
 * A fixed window: at most {@code permits} permits from the beginning of a window to its end, and
 * all of them back at once. Cheap and easy to explain; across the border of two windows up to twice
 * the limit can pass in a moment.
 *
 * @param permits number of permits in a window, 0 to 10<sup>12</sup>
 * @param period from 1 ms to 366 days, in whole milliseconds
 * @param start where windows begin
 */
public record FixedWindow(long permits, Duration period, WindowStart start) implements Limit {
  /** Throws {@link IllegalArgumentException} if a value is out of range. */
  public FixedWindow {
    Objects.requireNonNull(start, "start");
    Algorithm.fixedWindow(permits, Periods.micros(period), start == WindowStart.FIRST_USE);
  }

  /**
   * Returns a limit of some permits in a window. Windows begin at multiples of the period since the
   * Unix epoch.
   *
   * @param permits number of permits, 0 to 10<sup>12</sup>
   * @param period from 1 ms to 366 days, in whole milliseconds
   * @return the limit
   * @throws IllegalArgumentException if a number is out of range
   */
  public static FixedWindow of(long permits, Duration period) {
    return new FixedWindow(permits, period, WindowStart.EPOCH);
  }

  /**
   * Returns this limit with windows that begin when a key is first used.
   *
   * @return the limit
   */
  public FixedWindow fromFirstUse() {
    return new FixedWindow(permits, period, WindowStart.FIRST_USE);
  }

  @Override
  public long capacity() {
    return permits;
  }

  @Override
  public Algorithm algorithm() {
    return Algorithm.fixedWindow(permits, Periods.micros(period), start == WindowStart.FIRST_USE);
  }
}
