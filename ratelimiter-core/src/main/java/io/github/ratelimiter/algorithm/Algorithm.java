package io.github.ratelimiter.algorithm;

import java.util.List;

/**
 * One limit, compiled into the integers that decisions need. Immutable and safe for use by many
 * threads.
 *
 * <p>Two algorithms are equal when they decide alike and read each other's state: this identifies a
 * counter. {@code 60/min burst 5} and {@code 1/s burst 5} are equal.
 */
public abstract sealed class Algorithm
    permits BucketAlgorithm, FixedWindowAlgorithm, SlidingLogAlgorithm, SlidingWindowAlgorithm {
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
   * @param burst the most permits the bucket holds; 0 exactly when {@code limit} is 0
   * @return the algorithm
   * @throws IllegalArgumentException if a number is out of range or the three together leave the
   *     {@link Domain}; the message says what would fit
   */
  public static BucketAlgorithm tokenBucket(long limit, long periodMicros, long burst) {
    return BucketAlgorithm.compile(limit, periodMicros, burst, false);
  }

  /**
   * Compiles a leaky bucket: as a meter it decides like a token bucket of the same numbers;
   * reserved ahead, it spaces permits out.
   *
   * @param limit permits drained in a period, 0 to 10<sup>12</sup>
   * @param periodMicros the period, whole milliseconds from 1 ms to 366 days
   * @param burst the most permits the bucket holds before it overflows; 0 exactly when {@code
   *     limit} is 0
   * @return the algorithm
   * @throws IllegalArgumentException if a number is out of range or the three together leave the
   *     {@link Domain}; the message says what would fit
   */
  public static BucketAlgorithm leakyBucket(long limit, long periodMicros, long burst) {
    return BucketAlgorithm.compile(limit, periodMicros, burst, true);
  }

  /**
   * Compiles a fixed window.
   *
   * @param limit permits in a window, 0 to 10<sup>12</sup>
   * @param periodMicros the window, whole milliseconds from 1 ms to 366 days
   * @param fromFirstUse whether a window starts with the first permit granted in it, rather than at
   *     a multiple of the period since the Unix epoch
   * @return the algorithm
   * @throws IllegalArgumentException if a number is out of range
   */
  public static FixedWindowAlgorithm fixedWindow(
      long limit, long periodMicros, boolean fromFirstUse) {
    Domain.checkLimit(limit, periodMicros);
    return new FixedWindowAlgorithm(limit, periodMicros, fromFirstUse);
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
   * @param fromFirstUse whether windows are counted from the first permit granted, rather than from
   *     the Unix epoch
   * @return the algorithm
   * @throws IllegalArgumentException if a number is out of range or the product leaves the {@link
   *     Domain}; the message says what would fit
   */
  public static SlidingWindowAlgorithm slidingCounter(
      long limit, long periodMicros, boolean fromFirstUse) {
    return SlidingWindowAlgorithm.compile(limit, periodMicros, fromFirstUse);
  }

  /**
   * The permits of one period, as written.
   *
   * @return permits, 0 or more
   */
  public final long limit() {
    return limit;
  }

  /**
   * The period, as written.
   *
   * @return microseconds
   */
  public final long period() {
    return period;
  }

  /**
   * The most permits that one call can ever be granted.
   *
   * @return the burst of a bucket, the limit of a window; 0 if everything is refused
   */
  public final long capacity() {
    return capacity;
  }

  /**
   * Whether callers can reserve permits ahead and wait for them.
   *
   * @return true for the two buckets
   */
  public boolean reservable() {
    return false;
  }

  /**
   * The state of a new key.
   *
   * @return a new state
   */
  public abstract LimitState newState();

  /**
   * The counter of this algorithm in a state that has other counters already, when a new version of
   * a policy is first asked for: from the counters of the same algorithm and written period,
   * exactly, the largest of them; without one, from the largest usage of all. It never holds more
   * than its capacity at {@code later}.
   *
   * @param counters all counters of the state
   * @param now the instant
   * @param later the latest instant at which a permit counts as used that was granted ahead; {@code
   *     now} or after it
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

  /** Whether the other counts in the same way over the same written period. */
  abstract boolean sameKind(Algorithm other);

  /**
   * A counter with the usage of another of the same kind, at most the capacity at {@code later}.
   */
  abstract LimitState copyOf(LimitState other, long now, long later);

  /**
   * A counter with this usage, or with its capacity if that is less.
   *
   * @param used permits that count at {@code now}
   * @param usedLater permits that count at {@code later}
   */
  abstract LimitState startedWith(long used, long usedLater, long now, long later);

  /**
   * The state that words stand for.
   *
   * @param words what {@link LimitState#words()} of an equal algorithm gave
   * @return a new state
   */
  public abstract LimitState newState(long[] words);
}
