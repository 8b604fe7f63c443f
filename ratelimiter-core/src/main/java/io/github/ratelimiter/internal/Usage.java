package io.github.ratelimiter.internal;

import io.github.ratelimiter.Decision.LimitStatus;
import io.github.ratelimiter.LeakyBucket;
import io.github.ratelimiter.Limit;
import io.github.ratelimiter.TokenBucket;
import io.github.ratelimiter.algorithm.Domain;
import java.math.BigInteger;
import java.util.List;

/**
 * Computes the usage of a limit from its status. A bucket with reserved permits lacks more permits
 * than its capacity. The status shows this only by the time until the bucket is full again.
 *
 * <p>For stores that are built from other stores. All results are rounded against the caller.
 */
public final class Usage {
  private Usage() {}

  /**
   * Returns the permits that are used. Token bucket 10/s, ten used and five reserved: 15.
   *
   * @param status the status of a limit
   * @return permits; more than the capacity if permits are reserved
   */
  public static long permits(LimitStatus status) {
    Limit limit = status.limit();
    long used = Math.max(limit.capacity() - status.remaining(), 0);
    long ahead = aheadMicros(status);
    return ahead == 0 ? used : used + part(limit.permits(), ahead, micros(limit)) + 1;
  }

  /**
   * Returns the time until no limit has more permits used than its capacity.
   *
   * @param limits the status of each limit
   * @return microseconds, 0 if no limit has
   */
  public static long aheadMicros(List<LimitStatus> limits) {
    return limits.stream().mapToLong(Usage::aheadMicros).max().orElse(0);
  }

  private static long aheadMicros(LimitStatus status) {
    Limit limit = status.limit();
    if (status.remaining() > 0 || limit.permits() == 0 || !isBucket(limit)) {
      return 0;
    }
    // Plus one: the time until the bucket is full is rounded up.
    long fills = part(limit.capacity(), micros(limit), limit.permits()) + 1;
    return Math.max(status.resetAfter().toNanos() / 1_000 - fills, 0);
  }

  /**
   * Returns the permits that a bucket could have refilled in a time, beyond those that are used
   * now.
   *
   * @param status the status of a limit
   * @param micros the time, 0 or more
   * @return permits; 0 for a window
   */
  public static long regained(LimitStatus status, long micros) {
    // Plus one: the time until the bucket is full is rounded up.
    long beyond = micros - status.resetAfter().toNanos() / 1_000 + 1;
    return micros == 0 || beyond <= 0 ? 0 : refilled(status.limit(), beyond);
  }

  /**
   * Returns the permits that a bucket refills in a time.
   *
   * @param limit the limit
   * @param micros the time, 0 or more
   * @return permits; 0 for a window
   */
  public static long refilled(Limit limit, long micros) {
    return isBucket(limit) ? partUp(limit.permits(), micros, micros(limit)) : 0;
  }

  /**
   * Returns whether permits are refilled one by one, not at the end of a window or a period.
   *
   * @param limit the limit
   * @return true for a token bucket and a leaky bucket
   */
  public static boolean isBucket(Limit limit) {
    return limit instanceof TokenBucket || limit instanceof LeakyBucket;
  }

  private static long micros(Limit limit) {
    return limit.period().toNanos() / 1_000;
  }

  /**
   * Returns {@code number * part / whole}, rounded down.
   *
   * @param number 0 or more
   * @param part 0 or more
   * @param whole 0 or more
   * @return 0 if {@code whole} is 0; at most {@link Domain#MAX}
   */
  public static long part(long number, long part, long whole) {
    return whole == 0 ? 0 : counted(product(number, part).divide(BigInteger.valueOf(whole)));
  }

  /**
   * Returns {@code number * part / whole}, rounded up.
   *
   * @param number 0 or more
   * @param part 0 or more
   * @param whole 0 or more
   * @return 0 if {@code whole} is 0; at most {@link Domain#MAX}
   */
  public static long partUp(long number, long part, long whole) {
    BigInteger rounding = BigInteger.valueOf(whole - 1);
    return whole == 0
        ? 0
        : counted(product(number, part).add(rounding).divide(BigInteger.valueOf(whole)));
  }

  private static BigInteger product(long number, long part) {
    return BigInteger.valueOf(number).multiply(BigInteger.valueOf(part));
  }

  private static long counted(BigInteger number) {
    return number.min(BigInteger.valueOf(Domain.MAX)).longValueExact();
  }
}
