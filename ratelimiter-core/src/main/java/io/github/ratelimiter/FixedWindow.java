package io.github.ratelimiter;

import io.github.ratelimiter.algorithm.Algorithm;
import io.github.ratelimiter.internal.Periods;
import java.time.Duration;
import java.util.Objects;

/**
 * A fixed window: grants at most {@code permits} permits in each window. All permits are available
 * again when the next window begins. It is cheap and easy to explain. Up to twice the limit can
 * pass in a moment where one window ends and the next begins.
 *
 * @param permits number of permits in a window, 0 to 10<sup>12</sup>
 * @param period from 1 ms to 366 days, in whole milliseconds
 * @param start where windows begin
 * @param debt permits that may be charged beyond the capacity, 0 or more; see {@link Limit#debt()}
 */
public record FixedWindow(long permits, Duration period, WindowStart start, long debt)
    implements Limit {
  /** Throws {@link IllegalArgumentException} if a value is out of range. */
  public FixedWindow {
    Objects.requireNonNull(start, "start");
    Algorithm.fixedWindow(permits, Periods.micros(period), start == WindowStart.FIRST_USE)
        .checkDebt(debt);
  }

  /**
   * Creates a limit without debt. Throws {@link IllegalArgumentException} if a value is out of
   * range.
   */
  public FixedWindow(long permits, Duration period, WindowStart start) {
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
  public static FixedWindow of(long permits, Duration period) {
    return new FixedWindow(permits, period, WindowStart.EPOCH);
  }

  /**
   * Returns this limit with windows that begin with the first permit granted.
   *
   * @return the limit
   */
  public FixedWindow fromFirstUse() {
    return new FixedWindow(permits, period, WindowStart.FIRST_USE, debt);
  }

  @Override
  public FixedWindow withDebt(long debt) {
    return new FixedWindow(permits, period, start, debt);
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
