package io.github.ratelimiter;

import io.github.ratelimiter.algorithm.Algorithm;
import io.github.ratelimiter.internal.Periods;
import java.time.Duration;

/**
 * A token bucket: holds up to {@code burst} permits and is refilled at a constant rate. It grants
 * at most {@code burst + floor(t * permits / period)} permits in any interval of length t. A permit
 * is available exactly when {@link Decision#retryAfter()} has passed.
 *
 * @param permits number of permits refilled in a period, 0 to 10<sup>12</sup>
 * @param period from 1 ms to 366 days, in whole milliseconds
 * @param burst the largest number of permits that can be used at once, at least 1; 0 if and only if
 *     {@code permits} is 0
 * @param debt permits that may be charged beyond the capacity, 0 or more; see {@link Limit#debt()}
 */
public record TokenBucket(long permits, Duration period, long burst, long debt) implements Limit {
  /** Throws {@link IllegalArgumentException} if a value is out of range. */
  public TokenBucket {
    Algorithm.tokenBucket(permits, Periods.micros(period), burst).checkDebt(debt);
  }

  /**
   * Creates a limit without debt. Throws {@link IllegalArgumentException} if a value is out of
   * range.
   */
  public TokenBucket(long permits, Duration period, long burst) {
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
  public static TokenBucket of(long permits, Duration period) {
    return new TokenBucket(permits, period, permits);
  }

  /**
   * Returns a limit of {@code permits} per second with a burst of {@code permits}. Example with
   * another burst: {@code TokenBucket.perSecond(50).burst(90)}.
   *
   * @param permits number of permits, 0 to 10<sup>12</sup>
   * @return the limit
   * @throws IllegalArgumentException if the number is out of range
   */
  public static TokenBucket perSecond(long permits) {
    return of(permits, Duration.ofSeconds(1));
  }

  /**
   * Returns a limit of {@code permits} per minute with a burst of {@code permits}.
   *
   * @param permits number of permits, 0 to 10<sup>12</sup>
   * @return the limit
   * @throws IllegalArgumentException if the number is out of range
   */
  public static TokenBucket perMinute(long permits) {
    return of(permits, Duration.ofMinutes(1));
  }

  /**
   * Returns this limit with another burst.
   *
   * @param burst at least 1
   * @return the limit
   * @throws IllegalArgumentException if the burst is out of range
   */
  public TokenBucket burst(long burst) {
    return new TokenBucket(permits, period, burst, debt);
  }

  @Override
  public TokenBucket withDebt(long debt) {
    return new TokenBucket(permits, period, burst, debt);
  }

  @Override
  public long capacity() {
    return burst;
  }

  @Override
  public Algorithm algorithm() {
    return Algorithm.tokenBucket(permits, Periods.micros(period), burst);
  }
}
