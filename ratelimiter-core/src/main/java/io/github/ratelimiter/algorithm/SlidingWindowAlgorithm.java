package io.github.ratelimiter.algorithm;

/*
 * Sliding window counter.
 *
 * State     start of the current window, and the permits granted in the previous and the current
 *           window.
 * Decision  n permits fit if previous * (period - elapsed) / period + current + n <= limit. Both
 *           sides are multiplied by the period, so nothing is divided or rounded. If the products
 *           leave the domain in microseconds, the period is counted in milliseconds or seconds and
 *           the elapsed time is rounded down: a permit may come a unit late, never early.
 * Versions  a grant of another version of the policy for a later window moves this window there.
 *           All permits that count now then count as granted in it, and decay only after it.
 * Clock     an instant before the window counts at its start, which never moves backwards.
 * Source    "How we built rate limiting capable of scaling to millions of domains", Cloudflare,
 *           2017. It is an estimate: see the error bound in the documentation of the algorithms.
 */
/** The compiled form of a sliding window counter. */
public final class SlidingWindowAlgorithm extends Algorithm {
  final long unit;
  final long units;
  private final boolean fromFirstUse;

  private SlidingWindowAlgorithm(long limit, long period, long unit, boolean fromFirstUse) {
    super(limit, period, limit);
    this.unit = unit;
    this.units = period / unit;
    this.fromFirstUse = fromFirstUse;
  }

  static SlidingWindowAlgorithm compile(long limit, long period, boolean fromFirstUse) {
    Domain.checkLimit(limit, period);
    long largest = 0;
    for (long unit : Domain.UNITS) {
      if (period % unit == 0) {
        largest = Domain.MAX / 2 / (period / unit);
        if (limit <= largest) {
          return new SlidingWindowAlgorithm(limit, period, unit, fromFirstUse);
        }
      }
    }
    throw new IllegalArgumentException(
        "limit is "
            + limit
            + "; a sliding window counter of "
            + period / 1_000
            + " ms can hold at most "
            + largest);
  }

  /** Returns the most permits that one window can count while its products stay in the domain. */
  long mostUsed() {
    return Domain.MAX / 2 / units;
  }

  @Override
  long largestUsage() {
    return Math.min(mostUsed(), Domain.MAX_PERMITS);
  }

  long windowAt(long now) {
    return fromFirstUse ? now : now - now % period();
  }

  /**
   * Returns when windows begin.
   *
   * @return true for the first permit granted, false for multiples of the period since the epoch
   */
  public boolean fromFirstUse() {
    return fromFirstUse;
  }

  /**
   * Returns the unit in which the elapsed time is counted.
   *
   * @return 1, 1,000 or 1,000,000 microseconds
   */
  public long unit() {
    return unit;
  }

  /** {@inheritDoc} */
  @Override
  public LimitState newState() {
    return new SlidingWindowState(this, 0, 0, 0);
  }

  /** {@inheritDoc} */
  @Override
  public LimitState newState(long[] words) {
    return new SlidingWindowState(this, words[0], words[1], words[2]);
  }

  @Override
  boolean sameKind(Algorithm other) {
    return other instanceof SlidingWindowAlgorithm counter
        && period() == counter.period()
        && fromFirstUse == counter.fromFirstUse;
  }

  /** Returns the same two windows. */
  @Override
  LimitState copyOf(LimitState other, long now, long later) {
    return ((SlidingWindowState) other).copyUnder(this, now);
  }

  /** The usage goes to the window that contains the last permit granted before its use. */
  @Override
  LimitState startedWith(long used, long usedLater, long now, long later) {
    return new SlidingWindowState(this, windowAt(later), 0, Math.min(used, capacity()));
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof SlidingWindowAlgorithm other
        && capacity() == other.capacity()
        && sameKind(other);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(capacity() * 31 + period()) * 2 + (fromFirstUse ? 1 : 0);
  }
}
