package io.github.ratelimiter.algorithm;

/*
 * Sliding window log.
 *
 * State     one record for each instant at which permits were granted, oldest first: the instant
 *           and the running total after it. Totals are counted modulo 2^48, so they never overflow.
 *           `base` is the total that no longer counts. The usage is the difference between the last
 *           total and base, or the last total that has expired.
 * Decision  n permits fit if used + n <= limit. A permit granted at t is available again at
 *           t + period. Records are found by binary search, so a decision costs the logarithm of
 *           their number.
 * Refunds   the oldest permits are taken back. It is not known which permits were refunded, and any
 *           other choice could make a permit available too early.
 * Versions  a grant of another version of the policy is recorded like an own grant. If there are
 *           more permits than the limit, the newest are kept: they refuse everything while an older
 *           one would count.
 * Clock     an instant before the last record is written as the instant of that record.
 */
/** The compiled form of a sliding window log. */
public final class SlidingLogAlgorithm extends Algorithm {
  /** Totals are counted modulo this number. The largest limit is far below half of it. */
  static final long CIRCLE = 1L << 48;

  SlidingLogAlgorithm(long limit, long period) {
    super(limit, period, limit);
  }

  /** {@inheritDoc} */
  @Override
  public LimitState newState() {
    return new SlidingLogState(this);
  }

  /** {@inheritDoc} */
  @Override
  public LimitState newState(long[] words) {
    return new SlidingLogState(this, words);
  }

  @Override
  boolean sameKind(Algorithm other) {
    return other instanceof SlidingLogAlgorithm log && period() == log.period();
  }

  /** Returns the records that count; the newest if there are too many. */
  @Override
  LimitState copyOf(LimitState other, long now, long later) {
    return new SlidingLogState(this, (SlidingLogState) other, now);
  }

  @Override
  LimitState startedWith(long used, long usedLater, long now, long later) {
    SlidingLogState state = new SlidingLogState(this);
    long records = Math.min(used, capacity());
    if (records > 0) {
      state.take(now, records, later);
    }
    return state;
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof SlidingLogAlgorithm other
        && capacity() == other.capacity()
        && sameKind(other);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(capacity() * 31 + period());
  }
}
