package io.github.ratelimiter.algorithm;

/*
 * Sliding window log.
 *
 * State     one record for each instant at which permits were granted, oldest first: the instant
 *           and the running total after it. The total counts round a circle of 2^48, so that it
 *           never ends; `base` is the total that no longer counts. What is used is the difference
 *           of the last total and base, or the last total that has expired.
 * Decision  n permits fit when used + n <= limit. A permit granted at t is free at t + period.
 *           Records are found by binary search: a decision costs the logarithm of their number.
 * Refunds   take the oldest permits back. Which ones were refunded is not known, and any other
 *           choice could free a permit before its time.
 * Versions  what another version of the policy grants is recorded like its own. Of more than the
 *           limit the newest are kept: while an older one counts, these refuse everything.
 * Clock     an instant earlier than the last record is written as that record's.
 */
/** A sliding window log, compiled. */
public final class SlidingLogAlgorithm extends Algorithm {
  /** Totals are counted modulo this; the largest limit is far below half of it. */
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

  /** The records that count, the newest if they are too many. */
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
