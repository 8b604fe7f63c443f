package io.github.ratelimiter.engine;

import static java.math.BigInteger.ZERO;

import java.math.BigInteger;

/**
 * A sliding window counter by its formula: {@code previous * (period - elapsed) / period + current
 * + permits <= limit}. What has elapsed is counted in the finest unit in which twice the limit
 * times the period fits the library's numbers.
 */
final class ExactCounter extends ExactLimit {
  private final long limit;
  private final long period;
  private final boolean fromFirstUse;
  private final long unit;

  private long start;
  private long previous;
  private long current;

  ExactCounter(long limit, long period, boolean fromFirstUse) {
    this.limit = limit;
    this.period = period;
    this.fromFirstUse = fromFirstUse;
    for (long candidate : UNITS) {
      BigInteger product =
          BigInteger.valueOf(limit).multiply(BigInteger.valueOf(period / candidate));
      if (period % candidate == 0
          && product.shiftLeft(1).compareTo(BigInteger.valueOf(LARGEST)) <= 0) {
        unit = candidate;
        return;
      }
    }
    throw new IllegalArgumentException(limit + " in " + period);
  }

  /** The windows as they are at an instant: start, previous, current. */
  private long[] at(long now) {
    long since = now < start ? 0 : (now - start) / period;
    long then = since == 0 ? previous : since == 1 ? current : 0;
    long here = since == 0 ? current : 0;
    if (then == 0 && here == 0) {
      return new long[] {Math.max(start, fromFirstUse ? now : now / period * period), 0, 0};
    }
    return new long[] {start + since * period, then, here};
  }

  @Override
  long capacity() {
    return limit;
  }

  @Override
  boolean fresh(long now) {
    return at(now)[1] == 0 && at(now)[2] == 0;
  }

  @Override
  long available(long now, long usedAt) {
    long[] at = at(now);
    long elapsed = Math.max(now - at[0], 0) / unit * unit;
    BigInteger whole = BigInteger.valueOf(period);
    BigInteger weighed =
        BigInteger.valueOf(at[1])
            .multiply(BigInteger.valueOf(period - elapsed))
            .add(BigInteger.valueOf(at[2]).multiply(whole));
    BigInteger room = BigInteger.valueOf(limit).multiply(whole).subtract(weighed).max(ZERO);
    return room.divide(whole).longValueExact();
  }

  @Override
  void take(long now, long permits, long usedAt) {
    keep(at(now));
    current += permits;
  }

  @Override
  void giveBack(long now, long permits) {
    keep(at(now));
    long here = Math.min(current, permits);
    current -= here;
    previous -= Math.min(previous, permits - here);
  }

  private void keep(long[] at) {
    start = at[0];
    previous = at[1];
    current = at[2];
  }

  @Override
  long leaseEnd(long now, long end) {
    return Math.min(end, at(now)[0] + period);
  }
}
