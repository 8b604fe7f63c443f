package io.github.ratelimiter.store;

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

  /** What counts at an instant, in {@code 1/period} permits. */
  private BigInteger weighed(long now) {
    long[] at = at(now);
    return weigh(at[1], now - at[0]).add(weigh(at[2], 0));
  }

  /** What permits of the window before weigh, so long after the start of a window. */
  private BigInteger weigh(long permits, long elapsed) {
    long left = period - Math.max(elapsed, 0) / unit * unit;
    return BigInteger.valueOf(permits).multiply(BigInteger.valueOf(left));
  }

  @Override
  long available(long now, long usedAt) {
    BigInteger room = weigh(limit, 0).subtract(weighed(now)).max(ZERO);
    return room.divide(BigInteger.valueOf(period)).longValueExact();
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
  void release(long now, long permits, Span span, boolean last) {
    keep(at(now));
    long sinceGrant = start - span.usedAt();
    if (sinceGrant <= 0) {
      current -= Math.min(current, permits);
    } else if (sinceGrant <= period) {
      previous -= Math.min(previous, permits);
    }
  }

  /** All that counts moves to the window of the last use, if that is a later one. */
  @Override
  long charge(long now, long permits, long usedAt, long lastUse, long later, long mayOwe) {
    long used = used(now);
    long[] at = at(now);
    long window = fromFirstUse ? lastUse : lastUse / period * period;
    keep(
        fresh(now) || lastUse - at[0] >= period
            ? new long[] {Math.max(at[0], window), 0, used}
            : at);
    long counted = Math.max(Math.min(limit + mayOwe - current, permits), 0);
    current += counted;
    return permits - counted;
  }

  @Override
  long used(long now) {
    BigInteger whole = BigInteger.valueOf(period);
    return weighed(now).add(whole).subtract(BigInteger.ONE).divide(whole).longValueExact();
  }

  @Override
  long period() {
    return period;
  }

  @Override
  boolean same(ExactLimit other) {
    return sameKind(other) && ((ExactCounter) other).limit == limit;
  }

  @Override
  boolean sameKind(ExactLimit other) {
    return other instanceof ExactCounter counter
        && counter.period == period
        && counter.fromFirstUse == fromFirstUse;
  }

  /** Of the window before, the most that with the current one is not above the limit. */
  @Override
  void startFrom(ExactLimit other, long now, long later) {
    long[] at = ((ExactCounter) other).at(now);
    long here = Math.min(at[2], limit);
    BigInteger room = weigh(limit - here, 0);
    BigInteger most = room.divide(weigh(1, now - at[0]));
    keep(new long[] {at[0], most.min(BigInteger.valueOf(at[1])).longValueExact(), here});
  }

  @Override
  void startWith(long used, long usedLater, long now, long later) {
    keep(new long[] {fromFirstUse ? later : later / period * period, 0, Math.min(used, limit)});
  }

  @Override
  void become(ExactLimit other) {
    ExactCounter counter = (ExactCounter) other;
    keep(new long[] {counter.start, counter.previous, counter.current});
  }

  @Override
  long leaseEnd(long now, long end) {
    return Math.min(end, at(now)[0] + period);
  }
}
