package io.github.ratelimiter;

import io.github.ratelimiter.algorithm.Algorithm;
import io.github.ratelimiter.internal.Periods;
import java.time.Duration;

/**
 * A leaky bucket: its level drains at a constant rate, and a call that would overflow it is
 * refused. Without waiting ({@link RateLimiter#tryAcquire(String) tryAcquire}) it is a meter and
 * decides like a {@link TokenBucket} with the same numbers. With waiting ({@link
 * RateLimiter#tryAcquire(String, long, Duration) tryAcquire with a maxWait}) it is a shaper: it
 * spaces permits out by {@code period / permits}, in a queue of at most {@code burst} permits. The
 * queue includes the permits of the caller that is at work.
 *
 * @param permits number of permits drained in a period, 0 to 10<sup>12</sup>
 * @param period from 1 ms to 366 days, in whole milliseconds
 * @param burst the largest number of permits that can be used at once, at least 1; 0 if and only if
 *     {@code permits} is 0
 * @param debt permits that may be charged beyond the capacity, 0 or more; see {@link Limit#debt()}
 */
public record LeakyBucket(long permits, Duration period, long burst, long debt) implements Limit {
  /** Throws {@link IllegalArgumentException} if a value is out of range. */
  public LeakyBucket {
    Algorithm.leakyBucket(permits, Periods.micros(period), burst).checkDebt(debt);
  }

  /**
   * Creates a limit without debt. Throws {@link IllegalArgumentException} if a value is out of
   * range.
   */
  public LeakyBucket(long permits, Duration period, long burst) {
    this(permits, period, burst, 0);
  }

  /**
   * Returns a limit of {@code permits} per period with a burst of {@code permits}.
   *
   * @param permits number of permits, 0 to 10<sup>12</sup>
   * @param period from 1 ms to 366 days, in whole milliseconds
   * @return the limit
   * @throws IllegalArgumentException if a value is out of range
   */
  public static LeakyBucket of(long permits, Duration period) {
    return new LeakyBucket(permits, period, permits);
  }

  /**
   * Returns a limit of {@code permits} per second with a burst of {@code permits}. Example with
   * another burst: {@code LeakyBucket.perSecond(50).burst(90)}.
   *
   * @param permits number of permits, 0 to 10<sup>12</sup>
   * @return the limit
   * @throws IllegalArgumentException if the number is out of range
   */
  public static LeakyBucket perSecond(long permits) {
    return of(permits, Duration.ofSeconds(1));
  }

  /**
   * Returns a limit of {@code permits} per minute with a burst of {@code permits}.
   *
   * @param permits number of permits, 0 to 10<sup>12</sup>
   * @return the limit
   * @throws IllegalArgumentException if the number is out of range
   */
  public static LeakyBucket perMinute(long permits) {
    return of(permits, Duration.ofMinutes(1));
  }

  /**
   * Returns this limit with another burst.
   *
   * @param burst at least 1
   * @return the limit
   * @throws IllegalArgumentException if the burst is out of range
   */
  public LeakyBucket burst(long burst) {
    return new LeakyBucket(permits, period, burst, debt);
  }

  @Override
  public LeakyBucket withDebt(long debt) {
    return new LeakyBucket(permits, period, burst, debt);
  }

  @Override
  public long capacity() {
    return burst;
  }

  @Override
  public Algorithm algorithm() {
    return Algorithm.leakyBucket(permits, Periods.micros(period), burst);
  }
}
