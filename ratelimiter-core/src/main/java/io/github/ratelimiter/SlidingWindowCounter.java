package io.github.ratelimiter;

import io.github.ratelimiter.algorithm.Algorithm;
import java.time.Duration;
import java.util.Objects;

/**
 * A sliding window counter: a permit is granted while {@code previous * (period - elapsed) / period
 * + current + permits <= limit}, compared exactly. As small as a fixed window and much closer to
 * the limit across a border, at the price of an estimate: it takes the previous window's permits as
 * evenly spread. If they were not, less than twice the limit can pass in one period.
 *
 * @param limit permits in a window, 0 to 10<sup>12</sup>
 * @param period from 1 ms to 366 days, in whole milliseconds
 * @param start where windows begin
 */
public record SlidingWindowCounter(long limit, Duration period, WindowStart start)
    implements Limit {
  /**
   * Checks the arguments.
   *
   * @param limit permits in a window, 0 to 10<sup>12</sup>
   * @param period from 1 ms to 366 days, in whole milliseconds
   * @param start where windows begin
   * @throws IllegalArgumentException if one is out of range; the message says what fits
   */
  public SlidingWindowCounter {
    Objects.requireNonNull(start, "start");
    Algorithm.slidingCounter(limit, Periods.micros(period), start == WindowStart.FIRST_USE);
  }

  /**
   * So many permits in a window; windows begin at multiples of the period since the Unix epoch.
   *
   * @param limit permits, 0 to 10<sup>12</sup>
   * @param period from 1 ms to 366 days, in whole milliseconds
   * @return the limit
   * @throws IllegalArgumentException if a number is out of range
   */
  public static SlidingWindowCounter of(long limit, Duration period) {
    return new SlidingWindowCounter(limit, period, WindowStart.EPOCH);
  }

  /**
   * This limit with windows that begin when a key is first used.
   *
   * @return the limit
   */
  public SlidingWindowCounter fromFirstUse() {
    return new SlidingWindowCounter(limit, period, WindowStart.FIRST_USE);
  }

  @Override
  public long capacity() {
    return limit;
  }

  @Override
  public Algorithm algorithm() {
    return Algorithm.slidingCounter(limit, Periods.micros(period), start == WindowStart.FIRST_USE);
  }
}
