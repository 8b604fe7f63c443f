package io.github.ratelimiter;

import io.github.ratelimiter.algorithm.Algorithm;
import java.time.Duration;

/**
 * A leaky bucket: its level drains at a constant rate, and a call that would overflow it is
 * refused. Tried ({@link RateLimiter#tryAcquire(String) tryAcquire}) it is a meter and decides as a
 * {@link TokenBucket} of the same numbers; waited for ({@link RateLimiter#acquire acquire}) it is a
 * shaper that spaces work out by {@code period / limit}, with a queue of at most {@code burst}
 * permits, those of the caller at work included.
 *
 * @param limit permits drained in a period, 0 to 10<sup>12</sup>
 * @param period from 1 ms to 366 days, in whole milliseconds
 * @param burst the most permits that can be used at one moment, at least 1; 0 exactly when {@code
 *     limit} is 0
 */
public record LeakyBucket(long limit, Duration period, long burst) implements Limit {
  /**
   * Checks the arguments.
   *
   * @param limit permits drained in a period, 0 to 10<sup>12</sup>
   * @param period from 1 ms to 366 days, in whole milliseconds
   * @param burst the most permits that can be used at one moment, at least 1; 0 exactly when {@code
   *     limit} is 0
   * @throws IllegalArgumentException if one is out of range; the message says what fits
   */
  public LeakyBucket {
    Algorithm.leakyBucket(limit, Periods.micros(period), burst);
  }

  /**
   * So many permits in a period, with a burst as large.
   *
   * @param limit permits, 0 to 10<sup>12</sup>
   * @param period from 1 ms to 366 days, in whole milliseconds
   * @return the limit
   * @throws IllegalArgumentException if a number is out of range
   */
  public static LeakyBucket of(long limit, Duration period) {
    return new LeakyBucket(limit, period, limit);
  }

  /**
   * So many permits a second, with a burst as large: {@code LeakyBucket.perSecond(50).burst(90)}.
   *
   * @param limit permits, 0 to 10<sup>12</sup>
   * @return the limit
   * @throws IllegalArgumentException if the number is out of range
   */
  public static LeakyBucket perSecond(long limit) {
    return of(limit, Duration.ofSeconds(1));
  }

  /**
   * So many permits a minute, with a burst as large.
   *
   * @param limit permits, 0 to 10<sup>12</sup>
   * @return the limit
   * @throws IllegalArgumentException if the number is out of range
   */
  public static LeakyBucket perMinute(long limit) {
    return of(limit, Duration.ofMinutes(1));
  }

  /**
   * This limit with another burst.
   *
   * @param burst at least 1
   * @return the limit
   * @throws IllegalArgumentException if the burst is out of range
   */
  public LeakyBucket burst(long burst) {
    return new LeakyBucket(limit, period, burst);
  }

  @Override
  public long capacity() {
    return burst;
  }

  @Override
  public Algorithm algorithm() {
    return Algorithm.leakyBucket(limit, Periods.micros(period), burst);
  }
}
