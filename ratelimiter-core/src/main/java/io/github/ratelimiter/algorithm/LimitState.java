package io.github.ratelimiter.algorithm;

/**
 * The state of one limit for one key. Mutable and not thread-safe.
 *
 * <p>Every method takes {@code now}, an instant of the {@link Domain} in microseconds. Instants may
 * come out of order. An earlier instant only delays permits; it never makes a permit available
 * again. Methods that return permits or times change nothing, so all limits of a policy can be
 * queried before any is charged.
 */
public abstract sealed class LimitState
    permits BucketState,
        CalendarWindowState,
        FixedWindowState,
        SlidingLogState,
        SlidingWindowState {
  private long cutAt;

  LimitState() {}

  /**
   * Returns when a charge of another version was last cut at the capacity of this counter, or when
   * this counter was created beside others. The counter did not take all of the grants up to that
   * instant, so it takes no returned permits of them.
   *
   * @return microseconds since the Unix epoch; 0 if that never happened
   */
  public final long cutAt() {
    return cutAt;
  }

  /**
   * Notes when a charge was cut, or when the counter was created beside others.
   *
   * @param instant microseconds since the Unix epoch; 0 for none
   */
  public final void cutAt(long instant) {
    cutAt = instant;
  }

  /**
   * Returns the algorithm of this state.
   *
   * @return the algorithm
   */
  public abstract Algorithm algorithm();

  /**
   * Returns the permits that are available at an instant. Limit 10, four used: 6.
   *
   * @param now the instant
   * @return permits, 0 to the capacity
   */
  public abstract long available(long now);

  /**
   * Returns the permits that are available at an instant if they count as used only at the end of a
   * lease. A bucket must not refill twice for the length of the lease.
   *
   * @param now the instant
   * @param end the end of the lease, not before {@code now} nor after {@link #leaseEnd}
   * @return permits, 0 to the capacity
   */
  public long available(long now, long end) {
    return available(now);
  }

  /**
   * Returns the latest end of a lease that is taken at an instant. A lease ends with its window,
   * because a permit of one window must not be spent in the next.
   *
   * @param now the instant
   * @param end the end in the request
   * @return {@code end}, or the end of the window if that comes first
   */
  public long leaseEnd(long now, long end) {
    return end;
  }

  /**
   * Returns the time until permits are available if no others are taken. One microsecond earlier
   * they are refused.
   *
   * @param now the instant
   * @param permits from 0 to the capacity
   * @return microseconds, 0 if they are available now
   */
  public abstract long retryAfter(long now, long permits);

  /**
   * Returns the time until all permits are available again. Token bucket 10/s, five used: 500,000.
   *
   * @param now the instant
   * @return microseconds, 0 if all are available now
   */
  public abstract long resetAfter(long now);

  /**
   * Returns how long this counter must be kept. After that time it decides like a new counter, for
   * all callers.
   *
   * @param now the instant, in microseconds since the Unix epoch
   * @return microseconds, at least {@link #resetAfter}; 0 if it need not be kept
   */
  public long keptFor(long now) {
    return resetAfter(now);
  }

  /**
   * Returns the permits that count as used. A permit that is partly refilled counts as a whole.
   *
   * @param now the instant
   * @return permits, 0 for a new key; more than the capacity if permits are reserved or a limit was
   *     lowered
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
   * Takes back permits that were charged but not used. The limit never holds more than its
   * capacity.
   *
   * @param now the instant
   * @param permits how many
   */
  public abstract void giveBack(long now, long permits);

  /**
   * Takes back permits of one grant that were not used. No interval ever admits more than if they
   * had not been granted.
   *
   * @param now the instant
   * @param permits how many, at most the permits of the grant
   * @param span when they were granted, and when they count as used
   * @param last whether nothing has been charged since
   */
  public abstract void release(long now, long permits, Span span, boolean last);

  /**
   * Charges permits that were granted without a query of this counter. It is raised at most to its
   * capacity plus {@code debt}, and never lowered. For a bucket, this maximum applies at {@code
   * later}. Otherwise permits reserved for that time would not count in full.
   *
   * @param now the instant
   * @param permits how many, at least 1
   * @param usedAt the instant at which they count as used
   * @param lastUse the last instant at which they can be used: before the end of a lease, because a
   *     window may end there; otherwise {@code usedAt}
   * @param later the latest instant at which a permit that was granted before its use counts as
   *     used; {@code usedAt} or later
   * @param debt permits that may be charged beyond the capacity, 0 or more
   * @return the permits that were not charged; 0 if all were
   */
  public abstract long charge(
      long now, long permits, long usedAt, long lastUse, long later, long debt);

  /** Returns whether this counter has fewer permits left than another of an equal algorithm. */
  boolean exceeds(LimitState other, long now) {
    long used = used(now);
    long others = other.used(now);
    return used > others || (used == others && resetAfter(now) > other.resetAfter(now));
  }

  /**
   * Returns the stored numbers, for comparison with another implementation. They contain only what
   * later decisions depend on.
   *
   * @return a new array; each algorithm describes its contents
   */
  public abstract long[] words();
}
