package io.github.ratelimiter.internal;

import io.github.ratelimiter.Decision.LimitStatus;
import io.github.ratelimiter.LeakyBucket;
import io.github.ratelimiter.Limit;
import io.github.ratelimiter.TokenBucket;
import io.github.ratelimiter.algorithm.Domain;
import java.math.BigInteger;
import java.util.List;

/**
 * How much of a limit is used, read from its status. A bucket with permits reserved ahead lacks
 * more than it can hold. Its status shows that by the time until it is full again.
 *
 * <p>For stores that are made of other stores. All results are rounded against the caller.
 */
public final class Usage {
  private Usage() {}

  /**
   * The permits that are used. Token bucket 10/s, ten used and five reserved ahead: 15.
   *
   * @param status of a limit
   * @return permits, more than the capacity where some are reserved ahead
   */
  public static long permits(LimitStatus status) {
    Limit limit = status.limit();
    long used = Math.max(limit.capacity() - status.remaining(), 0);
    long ahead = aheadMicros(status);
    return ahead == 0 ? used : used + part(limit.permits(), ahead, micros(limit)) + 1;
  }

  /**
   * How long until none of some limits has more used than it can hold.
   *
   * @param limits their status
   * @return microseconds, 0 where none has now
   */
  public static long aheadMicros(List<LimitStatus> limits) {
    return limits.stream().mapToLong(Usage::aheadMicros).max().orElse(0);
  }

  private static long aheadMicros(LimitStatus status) {
    Limit limit = status.limit();
    if (status.remaining() > 0 || limit.permits() == 0 || !isBucket(limit)) {
      return 0;
    }
    // One more: until it is full again is rounded up.
    long fills = part(limit.capacity(), micros(limit), limit.permits()) + 1;
    return Math.max(status.resetAfter().toNanos() / 1_000 - fills, 0);
  }

  /**
   * The permits that a bucket could have refilled in some time, beyond those that are used now.
   *
   * @param status of a limit
   * @param micros the time, 0 or more
   * @return permits; 0 of a window
   */
  public static long regained(LimitStatus status, long micros) {
    // One more: until it is full again is rounded up.
    long beyond = micros - status.resetAfter().toNanos() / 1_000 + 1;
    return micros == 0 || beyond <= 0 ? 0 : refilled(status.limit(), beyond);
  }

  /**
   * The permits that a bucket refills in some time.
   *
   * @param limit the limit
   * @param micros the time, 0 or more
   * @return permits; 0 of a window
   */
  public static long refilled(Limit limit, long micros) {
    return isBucket(limit) ? partUp(limit.permits(), micros, micros(limit)) : 0;
  }

  /**
   * Whether permits come back one by one, and not by the end of a window or a period.
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
   * A part of a number, rounded down: {@code number * part / whole}.
   *
   * @param number 0 or more
   * @param part 0 or more
   * @param whole 0 or more
   * @return 0 where {@code whole} is 0; at most {@link Domain#MAX}
   */
  public static long part(long number, long part, long whole) {
    return whole == 0 ? 0 : counted(product(number, part).divide(BigInteger.valueOf(whole)));
  }

  /**
   * A part of a number, rounded up: {@code number * part / whole}.
   *
   * @param number 0 or more
   * @param part 0 or more
   * @param whole 0 or more
   * @return 0 where {@code whole} is 0; at most {@link Domain#MAX}
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
