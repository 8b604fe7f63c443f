package io.github.ratelimiter;

import io.github.ratelimiter.algorithm.Algorithm;
import io.github.ratelimiter.internal.Periods;
import java.time.Duration;

/**
 * A leaky bucket: its level drains at a constant rate, and a call that would overflow it is
 * refused. Tried ({@link RateLimiter#tryAcquire(String) tryAcquire}) it is a meter and decides as a
 * {@link TokenBucket} of the same numbers; waited for ({@link RateLimiter#tryAcquire(String, long,
 * Duration) tryAcquire with a maxWait}) it is a shaper that spaces work out by {@code period /
 * permits}, with a queue of at most {@code burst} permits, those of the caller at work included.
 *
 * @param permits number of permits drained in a period, 0 to 10<sup>12</sup>
 * @param period from 1 ms to 366 days, in whole milliseconds
 * @param burst the most permits that can be used at one moment, at least 1; 0 exactly when {@code
 *     permits} is 0
 */
public record LeakyBucket(long permits, Duration period, long burst) implements Limit {
  /** Throws {@link IllegalArgumentException} if a value is out of range. */
  public LeakyBucket {
    Algorithm.leakyBucket(permits, Periods.micros(period), burst);
  }

  /**
   * Returns a limit of some permits in a period, with a burst as large.
   *
   * @param permits number of permits, 0 to 10<sup>12</sup>
   * @param period from 1 ms to 366 days, in whole milliseconds
   * @return the limit
   * @throws IllegalArgumentException if a number is out of range
   */
  public static LeakyBucket of(long permits, Duration period) {
    return new LeakyBucket(permits, period, permits);
  }

  /**
   * Returns a limit of some permits a second, with a burst as large: {@code
   * LeakyBucket.perSecond(50).burst(90)}.
   *
   * @param permits number of permits, 0 to 10<sup>12</sup>
   * @return the limit
   * @throws IllegalArgumentException if the number is out of range
   */
  public static LeakyBucket perSecond(long permits) {
    return of(permits, Duration.ofSeconds(1));
  }

  /**
   * Returns a limit of some permits a minute, with a burst as large.
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
    return new LeakyBucket(permits, period, burst);
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
