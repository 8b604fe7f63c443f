package io.github.ratelimiter;

import io.github.ratelimiter.algorithm.Algorithm;
import java.time.Duration;

/**
 * So many permits in so much time, by one of five algorithms. Immutable.
 *
 * <p>A limit of 0 refuses everything. Limits reach from 0 to 10<sup>12</sup> permits and periods
 * from 1 ms to 366 days, in whole milliseconds, as far as a decision can be counted exactly in
 * integers below 2<sup>53</sup>; what cannot is refused when the limit is made.
 */
public sealed interface Limit
    permits TokenBucket, LeakyBucket, FixedWindow, SlidingLog, SlidingWindow {

  /**
   * The permits of one period.
   *
   * @return permits, 0 to 10<sup>12</sup>
   */
  long permits();

  /**
   * The time in which the permits come back.
   *
   * @return a whole number of milliseconds
   */
  Duration period();

  /**
   * This limit, compiled for those that decide: stores.
   *
   * @return an algorithm; making one costs some divisions, a {@link Policy} keeps its own
   */
  Algorithm algorithm();

  /**
   * The most permits that one call can be granted: a bucket's burst, a window's limit.
   *
   * @return permits; 0 if everything is refused
   */
  long capacity();

  /**
   * This limit as text, as {@link Policy#parse(String, String)} reads it.
   *
   * @return for example {@code 100/min burst 20}
   */
  default String text() {
    return PolicyText.of(this);
  }
}
