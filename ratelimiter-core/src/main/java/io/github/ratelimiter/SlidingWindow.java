package io.github.ratelimiter;

import io.github.ratelimiter.algorithm.Algorithm;
import io.github.ratelimiter.internal.Periods;
import java.time.Duration;
import java.util.Objects;

/**
 * A sliding window counter: a permit is granted while {@code previous * (period - elapsed) / period
 * + current + permits <= permits}, compared exactly. As small as a fixed window and much closer to
 * the limit across a border, at the price of an estimate: it takes the previous window's permits as
 * evenly spread. If they were not, less than twice the limit can pass in one period.
 *
 * @param permits number of permits in a window, 0 to 10<sup>12</sup>
 * @param period from 1 ms to 366 days, in whole milliseconds
 * @param start where windows begin
 */
public record SlidingWindow(long permits, Duration period, WindowStart start) implements Limit {
  /** Throws {@link IllegalArgumentException} if a value is out of range. */
  public SlidingWindow {
    Objects.requireNonNull(start, "start");
    Algorithm.slidingCounter(permits, Periods.micros(period), start == WindowStart.FIRST_USE);
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
  public static SlidingWindow of(long permits, Duration period) {
    return new SlidingWindow(permits, period, WindowStart.EPOCH);
  }

  /**
   * Returns this limit with windows that begin when a key is first used.
   *
   * @return the limit
   */
  public SlidingWindow fromFirstUse() {
    return new SlidingWindow(permits, period, WindowStart.FIRST_USE);
  }

  @Override
  public long capacity() {
    return permits;
  }

  @Override
  public Algorithm algorithm() {
    return Algorithm.slidingCounter(
        permits, Periods.micros(period), start == WindowStart.FIRST_USE);
  }
}
