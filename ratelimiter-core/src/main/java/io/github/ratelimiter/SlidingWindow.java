package io.github.ratelimiter;

import io.github.ratelimiter.algorithm.Algorithm;
import io.github.ratelimiter.internal.Periods;
import java.time.Duration;
import java.util.Objects;

/**
 * A sliding window counter: a call for {@code n} permits is granted if {@code previous * (period -
 * elapsed) / period + current + n <= permits}, compared exactly. The state is as small as that of a
 * fixed window, and the limit is kept much more closely across window boundaries. It is an
 * estimate: it assumes that the permits of the previous window were spread evenly. If they were
 * not, less than twice the limit can pass in one period.
 *
 * @param permits number of permits in a window, 0 to 10<sup>12</sup>
 * @param period from 1 ms to 366 days, in whole milliseconds
 * @param start where windows begin
 * @param debt permits that may be charged beyond the capacity, 0 or more; see {@link Limit#debt()}
 */
public record SlidingWindow(long permits, Duration period, WindowStart start, long debt)
    implements Limit {
  /** Throws {@link IllegalArgumentException} if a value is out of range. */
  public SlidingWindow {
    Objects.requireNonNull(start, "start");
    Algorithm.slidingCounter(permits, Periods.micros(period), start == WindowStart.FIRST_USE)
        .checkDebt(debt);
  }

  /**
   * Creates a limit without debt. Throws {@link IllegalArgumentException} if a value is out of
   * range.
   */
  public SlidingWindow(long permits, Duration period, WindowStart start) {
    this(permits, period, start, 0);
  }

  /**
   * Returns a limit of {@code permits} per window. Windows begin at multiples of the period since
   * the Unix epoch.
   *
   * @param permits number of permits, 0 to 10<sup>12</sup>
   * @param period from 1 ms to 366 days, in whole milliseconds
   * @return the limit
   * @throws IllegalArgumentException if a value is out of range
   */
  public static SlidingWindow of(long permits, Duration period) {
    return new SlidingWindow(permits, period, WindowStart.EPOCH);
  }

  /**
   * Returns this limit with windows that begin with the first permit granted.
   *
   * @return the limit
   */
  public SlidingWindow fromFirstUse() {
    return new SlidingWindow(permits, period, WindowStart.FIRST_USE, debt);
  }

  @Override
  public SlidingWindow withDebt(long debt) {
    return new SlidingWindow(permits, period, start, debt);
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
