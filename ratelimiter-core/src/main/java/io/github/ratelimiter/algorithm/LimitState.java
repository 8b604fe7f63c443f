package io.github.ratelimiter.algorithm;

/**
 * What one limit remembers of one key. Mutable, and not safe for use by several threads at once.
 *
 * <p>Every method takes {@code now}, an instant of the {@link Domain} in microseconds. Instants may
 * come out of order: an earlier one only delays, it never hands out a permit again. Methods named
 * as questions change nothing, so that all limits of a policy can be asked before any is charged.
 */
public abstract sealed class LimitState
    permits BucketState, FixedWindowState, SlidingLogState, SlidingWindowState {
  private long cutAt;

  LimitState() {}

  /**
   * When a charge of another version was last cut at the capacity of this counter, or when this
   * counter was created beside others: what was granted by then it did not take as a whole, so it
   * gets nothing of it back.
   *
   * @return microseconds since the Unix epoch; 0 if that never happened
   */
  public final long cutAt() {
    return cutAt;
  }

  /**
   * Notes that a charge was cut, or that the counter was created beside others.
   *
   * @param instant microseconds since the Unix epoch; 0 for none
   */
  public final void cutAt(long instant) {
    cutAt = instant;
  }

  /**
   * The algorithm that made this state.
   *
   * @return the algorithm
   */
  public abstract Algorithm algorithm();

  /**
   * How many permits could be taken at this instant. Limit 10, four used: 6.
   *
   * @param now the instant
   * @return permits, 0 to the capacity
   */
  public abstract long available(long now);

  /**
   * How many permits could be taken at this instant, were they to count as used only at the end of
   * a lease: a bucket has then already refilled what the lease's length brings, and must not bring
   * it twice.
   *
   * @param now the instant
   * @param end the end of the lease, not before {@code now} nor after {@link #leaseEnd}
   * @return permits, 0 to the capacity
   */
  public long available(long now, long end) {
    return available(now);
  }

  /**
   * The latest end that a lease taken at this instant may have: the end of the window where there
   * is one, because a permit of one window must not be spent in the next.
   *
   * @param now the instant
   * @param end the end that is asked for
   * @return {@code end}, or the end of the window if that comes first
   */
  public long leaseEnd(long now, long end) {
    return end;
  }

  /**
   * How long until this many permits are free, if nothing else is taken: one microsecond earlier
   * they are refused.
   *
   * @param now the instant
   * @param permits from 0 to the capacity
   * @return microseconds, 0 if they are free now
   */
  public abstract long retryAfter(long now, long permits);

  /**
   * How long until all permits are available again. Token bucket 10/s, five used: 500,000.
   *
   * @param now the instant
   * @return microseconds, 0 if it is so now
   */
  public abstract long resetAfter(long now);

  /**
   * The permits that count as used, a started one as a whole.
   *
   * @param now the instant
   * @return permits, 0 for a new key; above the capacity where permits are reserved ahead or a
   *     limit was lowered
   */
  public abstract long used(long now);

  /**
   * Charges permits. Requires that they are available.
   *
   * @param now the instant
   * @param permits how many
   * @param usedAt the instant at which they count as used: {@code now}, the end of their lease, or
   *     the turn of a caller that reserved them
   */
  public abstract void take(long now, long permits, long usedAt);

  /**
   * Takes permits back that were charged but not used; never above the capacity.
   *
   * @param now the instant
   * @param permits how many
   */
  public abstract void giveBack(long now, long permits);

  /**
   * Takes back permits of one grant that were not used, so that no interval ever sees more than if
   * they had not been granted.
   *
   * @param now the instant
   * @param permits how many, at most what the grant held
   * @param span when they were granted, and when they count as used
   * @param last whether nothing was charged since
   */
  public abstract void release(long now, long permits, Span span, boolean last);

  /**
   * Charges permits that were granted without asking this counter: it is raised at most to its
   * capacity, and never lowered. A bucket is raised at most so far that it is empty {@code later}:
   * what is reserved for then would not count in full otherwise.
   *
   * @param now the instant
   * @param permits how many, at least 1
   * @param usedAt the instant at which they count as used
   * @param lastUse the last instant at which they can be used: before the end of a lease, which is
   *     where a window may end; else {@code usedAt}
   * @param later the latest instant at which a permit counts as used that was granted ahead; {@code
   *     usedAt} or after it
   * @return whether the charge was cut: the counter did not take all permits
   */
  public abstract boolean charge(long now, long permits, long usedAt, long lastUse, long later);

  /** Whether this counter leaves less than another of an equal algorithm. */
  boolean exceeds(LimitState other, long now) {
    long used = used(now);
    long others = other.used(now);
    return used > others || (used == others && resetAfter(now) > other.resetAfter(now));
  }

  /**
   * The stored numbers, for comparison with another implementation's. Nothing but the decisions of
   * the future depends on them.
   *
   * @return a new array; what it holds is described at each algorithm
   */
  public abstract long[] words();
}
