package io.github.ratelimiter;

import io.github.ratelimiter.algorithm.Algorithm;
import java.time.Duration;

/**
 * A token bucket: holds up to {@code burst} permits and is refilled at a constant rate. Never more
 * than {@code burst + floor(t * limit / period)} permits in any interval of length t; a permit is
 * there at exactly the moment that {@link Decision#retryAfter()} named.
 *
 * @param limit permits refilled in a period, 0 to 10<sup>12</sup>
 * @param period from 1 ms to 366 days, in whole milliseconds
 * @param burst the most permits that can be used at one moment, at least 1; 0 exactly when {@code
 *     limit} is 0
 */
public record TokenBucket(long limit, Duration period, long burst) implements Limit {
  /**
   * Checks the arguments.
   *
   * @param limit permits refilled in a period, 0 to 10<sup>12</sup>
   * @param period from 1 ms to 366 days, in whole milliseconds
   * @param burst the most permits that can be used at one moment, at least 1; 0 exactly when {@code
   *     limit} is 0
   * @throws IllegalArgumentException if one is out of range; the message says what fits
   */
  public TokenBucket {
    Algorithm.tokenBucket(limit, Periods.micros(period), burst);
  }

  /**
   * So many permits in a period, with a burst as large.
   *
   * @param limit permits, 0 to 10<sup>12</sup>
   * @param period from 1 ms to 366 days, in whole milliseconds
   * @return the limit
   * @throws IllegalArgumentException if a number is out of range
   */
  public static TokenBucket of(long limit, Duration period) {
    return new TokenBucket(limit, period, limit);
  }

  /**
   * So many permits a second, with a burst as large: {@code TokenBucket.perSecond(50).burst(90)}.
   *
   * @param limit permits, 0 to 10<sup>12</sup>
   * @return the limit
   * @throws IllegalArgumentException if the number is out of range
   */
  public static TokenBucket perSecond(long limit) {
    return of(limit, Duration.ofSeconds(1));
  }

  /**
   * So many permits a minute, with a burst as large.
   *
   * @param limit permits, 0 to 10<sup>12</sup>
   * @return the limit
   * @throws IllegalArgumentException if the number is out of range
   */
  public static TokenBucket perMinute(long limit) {
    return of(limit, Duration.ofMinutes(1));
  }

  /**
   * This limit with another burst.
   *
   * @param burst at least 1
   * @return the limit
   * @throws IllegalArgumentException if the burst is out of range
   */
  public TokenBucket burst(long burst) {
    return new TokenBucket(limit, period, burst);
  }

  @Override
  public long capacity() {
    return burst;
  }

  @Override
  public Algorithm algorithm() {
    return Algorithm.tokenBucket(limit, Periods.micros(period), burst);
  }
}
