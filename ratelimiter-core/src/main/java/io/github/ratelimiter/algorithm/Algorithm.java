package io.github.ratelimiter.algorithm;

import java.util.List;

/**
 * The compiled form of one limit: the integers that decisions need. Immutable and thread-safe.
 *
 * <p>Two algorithms are equal if they make the same decisions and read each other's state. An
 * algorithm identifies a counter. {@code 60/min burst 5} and {@code 1/s burst 5} are equal.
 */
public abstract sealed class Algorithm
    permits BucketAlgorithm,
        CalendarWindowAlgorithm,
        FixedWindowAlgorithm,
        SlidingLogAlgorithm,
        SlidingWindowAlgorithm {
  private final long limit;
  private final long period;
  private final long capacity;

  Algorithm(long limit, long period, long capacity) {
    this.limit = limit;
    this.period = period;
    this.capacity = capacity;
  }

  /**
   * Compiles a token bucket.
   *
   * @param limit permits refilled in a period, 0 to 10<sup>12</sup>
   * @param periodMicros the period, whole milliseconds from 1 ms to 366 days
   * @param burst the capacity of the bucket; 0 if and only if {@code limit} is 0
   * @return the algorithm
   * @throws IllegalArgumentException if a number is out of range or the three together leave the
   *     {@link Domain}; the message gives the largest value that fits
   */
  public static BucketAlgorithm tokenBucket(long limit, long periodMicros, long burst) {
    return BucketAlgorithm.compile(limit, periodMicros, burst, false);
  }

  /**
   * Compiles a leaky bucket. As a meter it decides like a token bucket with the same numbers. For
   * reservations it spaces permits out.
   *
   * @param limit permits drained in a period, 0 to 10<sup>12</sup>
   * @param periodMicros the period, whole milliseconds from 1 ms to 366 days
   * @param burst the capacity of the bucket; 0 if and only if {@code limit} is 0
   * @return the algorithm
   * @throws IllegalArgumentException if a number is out of range or the three together leave the
   *     {@link Domain}; the message gives the largest value that fits
   */
  public static BucketAlgorithm leakyBucket(long limit, long periodMicros, long burst) {
    return BucketAlgorithm.compile(limit, periodMicros, burst, true);
  }

  /**
   * Compiles a fixed window.
   *
   * @param limit permits in a window, 0 to 10<sup>12</sup>
   * @param periodMicros the window, whole milliseconds from 1 ms to 366 days
   * @param fromFirstUse true if a window begins with the first permit granted in it; false if it
   *     begins at a multiple of the period since the Unix epoch
   * @return the algorithm
   * @throws IllegalArgumentException if a number is out of range
   */
  public static FixedWindowAlgorithm fixedWindow(
      long limit, long periodMicros, boolean fromFirstUse) {
    Domain.checkLimit(limit, periodMicros);
    return new FixedWindowAlgorithm(limit, periodMicros, fromFirstUse);
  }

  /**
   * Compiles a calendar window.
   *
   * @param limit permits in a window, 0 to 10<sup>12</sup>
   * @param calendar where windows begin
   * @return the algorithm
   * @throws IllegalArgumentException if a value is out of range
   */
  public static CalendarWindowAlgorithm calendarWindow(long limit, Calendar calendar) {
    return CalendarWindowAlgorithm.compile(limit, calendar);
  }

  /**
   * Compiles a sliding window log.
   *
   * @param limit permits in any interval of one period, 0 to 10<sup>12</sup>
   * @param periodMicros the period, whole milliseconds from 1 ms to 366 days
   * @return the algorithm
   * @throws IllegalArgumentException if a number is out of range
   */
  public static SlidingLogAlgorithm slidingLog(long limit, long periodMicros) {
    Domain.checkLimit(limit, periodMicros);
    return new SlidingLogAlgorithm(limit, periodMicros);
  }

  /**
   * Compiles a sliding window counter.
   *
   * @param limit permits in a window, 0 to 10<sup>12</sup>
   * @param periodMicros the window, whole milliseconds from 1 ms to 366 days
   * @param fromFirstUse true if windows are counted from the first permit granted; false if they
   *     are counted from the Unix epoch
   * @return the algorithm
   * @throws IllegalArgumentException if a number is out of range or the product leaves the {@link
   *     Domain}; the message gives the largest value that fits
   */
  public static SlidingWindowAlgorithm slidingCounter(
      long limit, long periodMicros, boolean fromFirstUse) {
    return SlidingWindowAlgorithm.compile(limit, periodMicros, fromFirstUse);
  }

  /**
   * Returns the permits of one period, before the rate is reduced.
   *
   * @return permits, 0 or more
   */
  public final long limit() {
    return limit;
  }

  /**
   * Returns the period, before the rate is reduced. For a calendar window, the longest length of a
   * window of its unit.
   *
   * @return microseconds
   */
  public final long period() {
    return period;
  }

  /**
   * Returns the largest number of permits that one call can be granted.
   *
   * @return the burst of a bucket, the limit of a window; 0 if everything is refused
   */
  public final long capacity() {
    return capacity;
  }

  /**
   * Checks the number of permits that may be charged beyond the capacity. It is not part of the
   * algorithm: limits that differ only in their debt have equal algorithms.
   *
   * @param debt permits
   * @throws IllegalArgumentException if the number is negative or leaves the {@link Domain}; the
   *     message gives the largest value that fits
   */
  public final void checkDebt(long debt) {
    if (debt < 0 || debt > largestDebt()) {
      throw new IllegalArgumentException(
          "debt is " + debt + "; for this limit it must be from 0 to " + largestDebt());
    }
  }

  /**
   * Returns the most permits that may be charged beyond the capacity.
   *
   * @return permits, 0 or more; see {@link #checkDebt}
   */
  public final long largestDebt() {
    return capacity == 0 ? 0 : largestUsage() - capacity;
  }

  /** Returns the maximum number of permits that a counter can count. */
  long largestUsage() {
    return Domain.MAX_PERMITS;
  }

  /**
   * Returns whether callers can reserve permits and wait for them.
   *
   * @return true for the two buckets
   */
  public boolean reservable() {
    return false;
  }

  /**
   * Returns the state of a new key.
   *
   * @return a new state
   */
  public abstract LimitState newState();

  /**
   * Returns a counter of this algorithm for a state that has other counters, when a new version of
   * a policy is first used. It starts from the counters of the same algorithm and period, exactly,
   * with the largest of them. If there is none, it starts with the largest usage of all counters.
   * It never holds more than its capacity at {@code later}.
   *
   * @param counters all counters of the state
   * @param now the instant
   * @param later the latest instant at which a permit that was granted before its use counts as
   *     used; {@code now} or later
   * @return a new state
   */
  public final LimitState startedFrom(List<LimitState> counters, long now, long later) {
    LimitState largest = null;
    for (LimitState counter : counters) {
      if (sameKind(counter.algorithm())) {
        LimitState copy = copyOf(counter, now, later);
        largest = largest == null || copy.exceeds(largest, now) ? copy : largest;
      }
    }
    if (largest != null) {
      return largest;
    }
    long used = 0;
    long usedLater = 0;
    for (LimitState counter : counters) {
      used = Math.max(used, counter.used(now));
      usedLater = Math.max(usedLater, counter.used(later));
    }
    return startedWith(used, usedLater, now, later);
  }

  /**
   * Returns whether another algorithm counts in the same way over the same period, before
   * reduction.
   */
  abstract boolean sameKind(Algorithm other);

  /**
   * Returns a counter with the usage of another counter of the same kind, at most the capacity at
   * {@code later}.
   */
  abstract LimitState copyOf(LimitState other, long now, long later);

  /**
   * Returns a counter with this usage, or with its capacity if that is less.
   *
   * @param used permits that count at {@code now}
   * @param usedLater permits that count at {@code later}
   */
  abstract LimitState startedWith(long used, long usedLater, long now, long later);

  /**
   * Returns a counter of an equal algorithm as it is for a request at an instant. A calendar window
   * may have ended, or may end later according to the caller's time zone data. A request calls this
   * method first, for each counter of its own policy, and uses the result from then on.
   *
   * @param counter the counter; it is not changed
   * @param now the instant, in microseconds since the Unix epoch
   * @return the same counter if nothing differs, otherwise a new one
   */
  public LimitState found(LimitState counter, long now) {
    return counter;
  }

  /**
   * Returns this algorithm for a caller with another clock. For stores that decide on another clock
   * than that of the caller. The caller has the time zone data, so its clock determines which
   * borders of a calendar window the store knows; see {@link Borders}.
   *
   * @param clientMicros the instant that the caller's clock shows, in microseconds since the Unix
   *     epoch
   * @return an equal algorithm
   */
  public Algorithm forClient(long clientMicros) {
    return this;
  }

  /**
   * Returns the state that words represent.
   *
   * @param words a result of {@link LimitState#words()} of an equal algorithm
   * @return a new state
   */
  public abstract LimitState newState(long[] words);
}
