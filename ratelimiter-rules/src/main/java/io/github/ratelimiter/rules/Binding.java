package io.github.ratelimiter.rules;

import io.github.ratelimiter.CalendarWindow;
import io.github.ratelimiter.FixedWindow;
import io.github.ratelimiter.LeakyBucket;
import io.github.ratelimiter.Limit;
import io.github.ratelimiter.SlidingWindow;
import io.github.ratelimiter.TokenBucket;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Tells whether a limit can ever refuse beside the others of its policy. All of them are charged
 * the same, so a limit that allows as much as another one admits at most is never the one that
 * refuses.
 */
final class Binding {
  private Binding() {}

  /** Returns another limit because of which a limit never refuses; empty if it can refuse. */
  static Optional<Limit> strictest(List<Limit> limits, int index) {
    Limit limit = limits.get(index);
    for (int i = 0; i < limits.size(); i++) {
      Limit other = limits.get(i);
      boolean same = other.equals(limit);
      if (i != index && (same ? i < index : neverBinds(limit, other))) {
        return Optional.of(other);
      }
    }
    return Optional.empty();
  }

  /** In every interval of a limit's period, the other one admits at most what the limit allows. */
  private static boolean neverBinds(Limit limit, Limit other) {
    if (isBucket(limit)) {
      return isBucket(other) && other.capacity() <= limit.capacity() && rateIsAtMost(other, limit);
    }
    // A sliding window estimates, so it may refuse although fewer permits were granted.
    return !(limit instanceof SlidingWindow)
        && !(other instanceof SlidingWindow)
        && atMost(other, limit.period()).compareTo(BigInteger.valueOf(limit.permits())) <= 0;
  }

  private static boolean isBucket(Limit limit) {
    return limit instanceof TokenBucket || limit instanceof LeakyBucket;
  }

  private static boolean rateIsAtMost(Limit one, Limit other) {
    BigInteger left = product(one.permits(), other.period());
    return left.compareTo(product(other.permits(), one.period())) <= 0;
  }

  private static BigInteger product(long permits, Duration period) {
    return BigInteger.valueOf(permits).multiply(nanos(period));
  }

  /** Returns the most permits that a limit admits in an interval. */
  private static BigInteger atMost(Limit limit, Duration interval) {
    BigInteger permits = BigInteger.valueOf(limit.permits());
    if (isBucket(limit)) {
      return ceiling(permits.multiply(nanos(interval)), nanos(limit.period()))
          .add(BigInteger.valueOf(limit.capacity()));
    }
    BigInteger periods = ceiling(nanos(interval), nanos(limit.period()));
    boolean hasBorders = limit instanceof FixedWindow || limit instanceof CalendarWindow;
    return permits.multiply(hasBorders ? periods.add(BigInteger.ONE) : periods);
  }

  private static BigInteger ceiling(BigInteger number, BigInteger divisor) {
    return number.add(divisor).subtract(BigInteger.ONE).divide(divisor);
  }

  private static BigInteger nanos(Duration time) {
    return BigInteger.valueOf(time.getSeconds())
        .multiply(BigInteger.valueOf(1_000_000_000))
        .add(BigInteger.valueOf(time.getNano()));
  }
}
