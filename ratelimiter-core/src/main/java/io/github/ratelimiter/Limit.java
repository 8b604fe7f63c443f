package io.github.ratelimiter;

import io.github.ratelimiter.algorithm.Algorithm;
import java.time.Duration;

/**
 * A number of permits per period, enforced by one of five algorithms. Immutable.
 *
 * <p>A limit of 0 refuses everything. A limit has 0 to 10<sup>12</sup> permits and a period from 1
 * ms to 366 days, in whole milliseconds. It must also be countable exactly in integers below
 * 2<sup>53</sup>. Constructors and factories throw {@link IllegalArgumentException} if it is not.
 */
public sealed interface Limit
    permits TokenBucket, LeakyBucket, FixedWindow, CalendarWindow, SlidingLog, SlidingWindow {

  /**
   * Returns the permits of one period.
   *
   * @return permits, 0 to 10<sup>12</sup>
   */
  long permits();

  /**
   * Returns the period. For a {@link CalendarWindow} it is the nominal length of a window.
   *
   * @return a whole number of milliseconds
   */
  Duration period();

  /**
   * Returns the compiled form of this limit. For stores.
   *
   * @return an algorithm; compiling one costs some divisions, so a {@link Policy} keeps its own
   */
  Algorithm algorithm();

  /**
   * Returns the largest number of permits that one call can be granted: the burst of a bucket, the
   * limit of a window.
   *
   * @return permits; 0 if everything is refused
   */
  long capacity();

  /**
   * Returns the permits that {@code settle} and {@code record} may charge beyond the capacity.
   * Other calls are refused until the debt is repaid. For granted and charged permits together, the
   * bound of the limit is larger by this number. A charge to a sliding window fills the current
   * window, whatever the previous window still contributes.
   *
   * @return permits; default: 0
   */
  long debt();

  /**
   * Returns this limit with another debt.
   *
   * @param debt permits, 0 or more
   * @return a limit of the same type
   * @throws IllegalArgumentException if the debt is negative, or too large to be counted exactly;
   *     the message gives the largest value
   */
  Limit withDebt(long debt);

  /**
   * Returns the text form of this limit, which {@link Policy#parse(String, String)} accepts.
   *
   * @return for example {@code 100/min burst 20}
   */
  default String text() {
    return PolicyText.of(this);
  }
}
