package io.github.ratelimiter.store;

import static java.math.BigInteger.ONE;
import static java.math.BigInteger.ZERO;

import java.math.BigInteger;

/**
 * A bucket as a rational number: what it lacked at an instant, in parts of a permit, one period's
 * microseconds of them to a permit, so that every microsecond repays {@code limit} parts.
 *
 * <p>Where the library counts in milliseconds or seconds it may read a debt rounded up to its own
 * part of a permit, the grain; in microseconds the grain divides every debt. A limit of 0 grants
 * nothing, and forgets a permit a period.
 */
final class ExactBucket extends ExactLimit {
  private final long burst;
  private final boolean spaced;
  private final BigInteger limit;
  private final BigInteger period;
  private final BigInteger grain;
  private final long unit;
  private final long longestWait;

  private BigInteger debt = ZERO;
  private long debtAt;
  private boolean overflowed;

  ExactBucket(long limit, long period, long burst, boolean spaced) {
    this.burst = burst;
    this.spaced = spaced;
    this.limit = BigInteger.valueOf(Math.max(limit, 1));
    this.period = BigInteger.valueOf(period);
    for (long candidate : UNITS) {
      if (period % candidate == 0) {
        BigInteger units = BigInteger.valueOf(period / candidate);
        BigInteger gcd = this.limit.gcd(units);
        BigInteger l = this.limit.divide(gcd);
        BigInteger p = units.divide(gcd);
        BigInteger full = p.multiply(BigInteger.valueOf(burst));
        BigInteger largest = BigInteger.valueOf(LARGEST);
        BigInteger left = largest.subtract(l.shiftLeft(1)).subtract(full);
        boolean drains =
            full.compareTo(BigInteger.valueOf((1L << 50) / candidate).multiply(l)) <= 0;
        boolean counts = l.multiply(BigInteger.valueOf(candidate)).bitLength() <= 51;
        if (left.signum() >= 0 && drains && counts) {
          unit = candidate;
          grain = this.period.divide(p);
          BigInteger units35Years = BigInteger.valueOf((1L << 50) / candidate);
          longestWait = left.divide(l).min(units35Years).longValueExact() * candidate;
          return;
        }
      }
    }
    throw new IllegalArgumentException(limit + " in " + period + " burst " + burst);
  }

  /** Whether the library counts this bucket without rounding. */
  boolean countedInMicroseconds() {
    return unit == 1;
  }

  boolean spaced() {
    return spaced;
  }

  long longestWait() {
    return longestWait;
  }

  @Override
  long capacity() {
    return burst;
  }

  /** The debt, as the library may read it, in {@code 1/period} permits. */
  BigInteger debt(long now) {
    BigInteger repaid = BigInteger.valueOf(now - debtAt).multiply(limit);
    return roundUp(debt.subtract(repaid).max(ZERO));
  }

  private BigInteger repaidIn(long micros) {
    return roundUp(BigInteger.valueOf(micros).multiply(limit));
  }

  private BigInteger roundUp(BigInteger debt) {
    return debt.add(grain).subtract(ONE).divide(grain).multiply(grain);
  }

  private BigInteger cost(long permits) {
    return BigInteger.valueOf(permits).multiply(period);
  }

  /** Whether the debt is beyond the library's numbers, as after a huge step back in time. */
  boolean beyondDomain(long now) {
    return debt(now).divide(grain).bitLength() > 51;
  }

  @Override
  long available(long now, long usedAt) {
    BigInteger room = cost(burst).subtract(debt(now).max(repaidIn(usedAt - now)));
    return room.signum() < 0 ? 0 : room.divide(period).longValueExact();
  }

  private void owe(long now, BigInteger debt) {
    this.debt = debt;
    this.debtAt = now;
    overflowed |= debt.divide(grain).bitLength() > 51;
  }

  @Override
  boolean overflowed() {
    return overflowed;
  }

  @Override
  void take(long now, long permits, long usedAt) {
    owe(now, debt(now).max(repaidIn(usedAt - now)).add(cost(permits)));
  }

  @Override
  void giveBack(long now, long permits) {
    owe(now, debt(now).subtract(cost(permits)).max(ZERO));
  }

  @Override
  void release(long now, long permits, Span span, boolean last) {
    BigInteger counted = last ? ZERO : repaidIn(Math.max(now, span.until()) - span.grantedAt());
    BigInteger free = cost(permits).subtract(counted).max(ZERO);
    if (free.signum() > 0) {
      owe(now, debt(now).subtract(free).max(ZERO));
    }
  }

  @Override
  long charge(long now, long permits, long usedAt, long lastUse, long later, long mayOwe) {
    if (burst == 0) {
      return permits;
    }
    BigInteger most = repaidIn(later - now).add(cost(burst)).add(cost(mayOwe));
    BigInteger before = debt(now).max(repaidIn(usedAt - now));
    BigInteger wanted = before.add(cost(permits));
    if (wanted.min(most).compareTo(debt(now)) > 0) {
      owe(now, wanted.min(most));
    }
    BigInteger tooMuch = wanted.subtract(most.max(before)).max(ZERO);
    // A permit that is counted in part is not counted.
    return tooMuch.add(period).subtract(ONE).divide(period).longValueExact();
  }

  @Override
  long used(long now) {
    return debt(now).add(period).subtract(ONE).divide(period).longValueExact();
  }

  @Override
  long period() {
    return period.longValueExact();
  }

  @Override
  boolean same(ExactLimit other) {
    return other instanceof ExactBucket bucket
        && spaced == bucket.spaced
        && burst == bucket.burst
        && unit == bucket.unit
        && limit.multiply(bucket.period).equals(bucket.limit.multiply(period));
  }

  @Override
  boolean sameKind(ExactLimit other) {
    return other instanceof ExactBucket bucket
        && spaced == bucket.spaced
        && period.equals(bucket.period);
  }

  @Override
  void startFrom(ExactLimit other, long now, long later) {
    ExactBucket bucket = (ExactBucket) other;
    overflowed |= bucket.beyondDomain(now);
    start(roundUp(bucket.debt(now)), roundUp(bucket.debt(later)), now, later);
  }

  @Override
  void startWith(long used, long usedLater, long now, long later) {
    start(cost(used), cost(usedLater), now, later);
  }

  private void start(BigInteger lacks, BigInteger lacksLater, long now, long later) {
    BigInteger lead = later > now ? repaidIn(later - now) : ZERO;
    owe(now, lacks.max(lead.add(lacksLater)).min(lead.add(cost(burst))));
  }

  @Override
  void become(ExactLimit other) {
    ExactBucket bucket = (ExactBucket) other;
    debt = bucket.debt.multiply(period).divide(bucket.period);
    debtAt = bucket.debtAt;
    overflowed = bucket.overflowed;
  }

  @Override
  boolean fresh(long now) {
    return debt(now).signum() == 0;
  }
}
