package io.github.ratelimiter.algorithm;

/**
 * One limit, compiled into the integers that decisions need. Immutable and safe for use by many
 * threads.
 *
 * <p>Two algorithms are equal when they decide alike and read each other's state.
 */
public abstract sealed class Algorithm permits Bucket, FixedWindow, SlidingLog, SlidingCounter {
  private final long capacity;

  Algorithm(long capacity) {
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
  public static Bucket tokenBucket(long limit, long periodMicros, long burst) {
    return Bucket.compile(limit, periodMicros, burst, false);
  }

  /**
   * Compiles a leaky bucket: as a meter it decides like a token bucket of the same numbers; booked
   * ahead, it spaces permits out.
   *
   * @param limit permits drained in a period, 0 to 10<sup>12</sup>
   * @param periodMicros the period, whole milliseconds from 1 ms to 366 days
   * @param burst the most permits the bucket holds before it overflows; 0 exactly when {@code
   *     limit} is 0
   * @return the algorithm
   * @throws IllegalArgumentException if a number is out of range or the three together leave the
   *     {@link Domain}; the message says what would fit
   */
  public static Bucket leakyBucket(long limit, long periodMicros, long burst) {
    return Bucket.compile(limit, periodMicros, burst, true);
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
  public static FixedWindow fixedWindow(long limit, long periodMicros, boolean fromFirstUse) {
    Domain.checkLimit(limit, periodMicros);
    return new FixedWindow(limit, periodMicros, fromFirstUse);
  }

  /**
   * Compiles a sliding window log.
   *
   * @param limit permits in any interval of one period, 0 to 10<sup>12</sup>
   * @param periodMicros the period, whole milliseconds from 1 ms to 366 days
   * @return the algorithm
   * @throws IllegalArgumentException if a number is out of range
   */
  public static SlidingLog slidingLog(long limit, long periodMicros) {
    Domain.checkLimit(limit, periodMicros);
    return new SlidingLog(limit, periodMicros);
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
  public static SlidingCounter slidingCounter(long limit, long periodMicros, boolean fromFirstUse) {
    return SlidingCounter.compile(limit, periodMicros, fromFirstUse);
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
   * Whether callers can book permits ahead and wait for them.
   *
   * @return true for the two buckets
   */
  public boolean bookable() {
    return false;
  }

  /**
   * The state of a key that was never used.
   *
   * @return a new state
   */
  public abstract LimitState newState();

  /**
   * The state that words stand for.
   *
   * @param words what {@link LimitState#words()} of an equal algorithm gave
   * @return a new state
   */
  public abstract LimitState newState(long[] words);
}
