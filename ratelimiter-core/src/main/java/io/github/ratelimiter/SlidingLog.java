package io.github.ratelimiter;

import io.github.ratelimiter.algorithm.Algorithm;
import io.github.ratelimiter.internal.Periods;
import java.time.Duration;

/**
 * A sliding window log: keeps every grant of the last period, and grants at most {@code permits}
 * permits in any interval of one period. A permit granted at t is available again at exactly t +
 * period. The state grows with the number of grants in a period.
 *
 * @param permits number of permits in a period, 0 to 10<sup>12</sup>
 * @param period from 1 ms to 366 days, in whole milliseconds
 * @param debt permits that may be charged beyond the capacity, 0 or more; see {@link Limit#debt()}
 */
public record SlidingLog(long permits, Duration period, long debt) implements Limit {
  /** Throws {@link IllegalArgumentException} if a value is out of range. */
  public SlidingLog {
    Algorithm.slidingLog(permits, Periods.micros(period)).checkDebt(debt);
  }

  /**
   * Creates a limit without debt. Throws {@link IllegalArgumentException} if a value is out of
   * range.
   */
  public SlidingLog(long permits, Duration period) {
    this(permits, period, 0);
  }

  /**
   * Returns a limit of {@code permits} in any interval of one period.
   *
   * @param permits number of permits, 0 to 10<sup>12</sup>
   * @param period from 1 ms to 366 days, in whole milliseconds
   * @return the limit
   * @throws IllegalArgumentException if a value is out of range
   */
  public static SlidingLog of(long permits, Duration period) {
    return new SlidingLog(permits, period);
  }

  @Override
  public SlidingLog withDebt(long debt) {
    return new SlidingLog(permits, period, debt);
  }

  @Override
  public long capacity() {
    return permits;
  }

  @Override
  public Algorithm algorithm() {
    return Algorithm.slidingLog(permits, Periods.micros(period));
  }
}
