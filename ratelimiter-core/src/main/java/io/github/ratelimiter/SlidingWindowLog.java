package io.github.ratelimiter;

import io.github.ratelimiter.algorithm.Algorithm;
import java.time.Duration;

/**
 * A sliding window log: every grant of the last period is remembered, and never more than {@code
 * limit} permits are granted in any interval of one period. A permit granted at t is free again at
 * exactly t + period. The state grows with the grants that a period holds.
 *
 * @param limit permits in a period, 0 to 10<sup>12</sup>
 * @param period from 1 ms to 366 days, in whole milliseconds
 */
public record SlidingWindowLog(long limit, Duration period) implements Limit {
  /**
   * Checks the arguments.
   *
   * @param limit permits in a period, 0 to 10<sup>12</sup>
   * @param period from 1 ms to 366 days, in whole milliseconds
   * @throws IllegalArgumentException if one is out of range; the message says what fits
   */
  public SlidingWindowLog {
    Algorithm.slidingLog(limit, Periods.micros(period));
  }

  /**
   * So many permits in any interval of one period.
   *
   * @param limit permits, 0 to 10<sup>12</sup>
   * @param period from 1 ms to 366 days, in whole milliseconds
   * @return the limit
   * @throws IllegalArgumentException if a number is out of range
   */
  public static SlidingWindowLog of(long limit, Duration period) {
    return new SlidingWindowLog(limit, period);
  }

  @Override
  public long capacity() {
    return limit;
  }

  @Override
  public Algorithm algorithm() {
    return Algorithm.slidingLog(limit, Periods.micros(period));
  }
}
