package io.github.ratelimiter;

import io.github.ratelimiter.algorithm.Algorithm;
import java.time.Duration;
import java.util.Objects;

/**
 * A fixed window: at most {@code limit} permits from the beginning of a window to its end, and all
 * of them back at once. Cheap and easy to explain; across the border of two windows up to twice the
 * limit can pass in a moment.
 *
 * @param limit permits in a window, 0 to 10<sup>12</sup>
 * @param period from 1 ms to 366 days, in whole milliseconds
 * @param start where windows begin
 */
public record FixedWindow(long limit, Duration period, WindowStart start) implements Limit {
  /**
   * Checks the arguments.
   *
   * @param limit permits in a window, 0 to 10<sup>12</sup>
   * @param period from 1 ms to 366 days, in whole milliseconds
   * @param start where windows begin
   * @throws IllegalArgumentException if one is out of range; the message says what fits
   */
  public FixedWindow {
    Objects.requireNonNull(start, "start");
    Algorithm.fixedWindow(limit, Periods.micros(period), start == WindowStart.FIRST_USE);
  }

  /**
   * So many permits in a window; windows begin at multiples of the period since the Unix epoch.
   *
   * @param limit permits, 0 to 10<sup>12</sup>
   * @param period from 1 ms to 366 days, in whole milliseconds
   * @return the limit
   * @throws IllegalArgumentException if a number is out of range
   */
  public static FixedWindow of(long limit, Duration period) {
    return new FixedWindow(limit, period, WindowStart.EPOCH);
  }

  /**
   * This limit with windows that begin when a key is first used.
   *
   * @return the limit
   */
  public FixedWindow fromFirstUse() {
    return new FixedWindow(limit, period, WindowStart.FIRST_USE);
  }

  @Override
  public long capacity() {
    return limit;
  }

  @Override
  public Algorithm algorithm() {
    return Algorithm.fixedWindow(limit, Periods.micros(period), start == WindowStart.FIRST_USE);
  }
}
