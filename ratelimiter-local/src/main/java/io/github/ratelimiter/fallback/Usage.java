package io.github.ratelimiter.fallback;

import io.github.ratelimiter.LeakyBucket;
import io.github.ratelimiter.Limit;
import io.github.ratelimiter.LimitStatus;
import io.github.ratelimiter.TokenBucket;
import io.github.ratelimiter.algorithm.Domain;
import java.math.BigInteger;
import java.util.List;

/**
 * How much of a limit is used. A bucket of which permits are booked ahead lacks more than it can
 * hold: its status tells that by the time until it is full again.
 */
final class Usage {
  private Usage() {}

  /** The permits that are used, more than the capacity where some are booked ahead. */
  static long permits(LimitStatus status) {
    Limit limit = status.limit();
    long used = Math.max(limit.capacity() - status.remaining(), 0);
    long ahead = aheadMicros(status);
    return ahead == 0 ? used : used + part(limit.limit(), ahead, micros(limit)) + 1;
  }

  /** How long until no limit has more used than it can hold; 0 where none has now. */
  static long aheadMicros(List<LimitStatus> limits) {
    return limits.stream().mapToLong(Usage::aheadMicros).max().orElse(0);
  }

  private static long aheadMicros(LimitStatus status) {
    Limit limit = status.limit();
    if (status.remaining() > 0 || limit.limit() == 0 || !isBucket(limit)) {
      return 0;
    }
    // One more: until it is full again is rounded up.
    long fills = part(limit.capacity(), micros(limit), limit.limit()) + 1;
    return Math.max(status.resetAfter().toNanos() / 1_000 - fills, 0);
  }

  /** How many permits a bucket could have regained so much later, beyond those used now. */
  static long regained(LimitStatus status, long micros) {
    Limit limit = status.limit();
    if (micros == 0 || !isBucket(limit)) {
      return 0;
    }
    // One more: until it is full again is rounded up.
    long beyond = micros - status.resetAfter().toNanos() / 1_000 + 1;
    return beyond <= 0 ? 0 : partUp(limit.limit(), beyond, micros(limit));
  }

  /** What a bucket refills in a time; 0 of a window. */
  static long refilledIn(Limit limit, long micros) {
    return isBucket(limit) ? partUp(limit.limit(), micros, micros(limit)) : 0;
  }

  static boolean isBucket(Limit limit) {
    return limit instanceof TokenBucket || limit instanceof LeakyBucket;
  }

  private static long micros(Limit limit) {
    return limit.period().toNanos() / 1_000;
  }

  /** {@code some * part / whole}, rounded down; at most as much as can be counted. */
  static long part(long some, long part, long whole) {
    return whole == 0 ? 0 : counted(product(some, part).divide(BigInteger.valueOf(whole)));
  }

  /** The same, rounded up. */
  static long partUp(long some, long part, long whole) {
    return whole == 0
        ? 0
        : counted(
            product(some, part)
                .add(BigInteger.valueOf(whole - 1))
                .divide(BigInteger.valueOf(whole)));
  }

  private static BigInteger product(long some, long part) {
    return BigInteger.valueOf(some).multiply(BigInteger.valueOf(part));
  }

  private static long counted(BigInteger some) {
    return some.min(BigInteger.valueOf(Domain.MAX)).longValueExact();
  }
}
