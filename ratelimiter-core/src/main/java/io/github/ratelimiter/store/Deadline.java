package io.github.ratelimiter.store;

import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.internal.Periods;
import java.time.Duration;
import java.util.Objects;

/**
 * The instant by which a decision must be made, on a clock that it carries along: whatever clocks
 * the layers between a limiter and its store have, they agree on what time is left. It is set once,
 * by who asks first, and handed on; each further try gets only what is left. Immutable.
 */
public final class Deadline {
  private final TimeSource time;
  private final long micros;

  private Deadline(TimeSource time, long micros) {
    this.time = time;
    this.micros = micros;
  }

  /**
   * A deadline some time from now.
   *
   * @param duration how long from now, rounded down to microseconds; negative is zero
   * @param time the clock
   * @return the deadline
   */
  public static Deadline after(Duration duration, TimeSource time) {
    return afterMicros(Periods.saturatedMicros(duration), time);
  }

  /**
   * A deadline some time from now.
   *
   * @param micros how many microseconds from now; negative is zero
   * @param time the clock
   * @return the deadline; at the end of time if it lies beyond
   */
  public static Deadline afterMicros(long micros, TimeSource time) {
    Objects.requireNonNull(time, "time");
    long wait = Math.max(micros, 0);
    long now = time.nowMicros();
    return new Deadline(
        time, wait > Long.MAX_VALUE - Math.max(now, 0) ? Long.MAX_VALUE : now + wait);
  }

  /**
   * The time that is left.
   *
   * @return microseconds; 0 if it has passed
   */
  public long leftMicros() {
    long now = time.nowMicros();
    if (now >= micros) {
      return 0;
    }
    long left = micros - now;
    return left < 0 ? Long.MAX_VALUE : left; // Of a clock far below zero: it does not fit.
  }

  /**
   * Whether it has passed.
   *
   * @return true if no time is left
   */
  public boolean hasPassed() {
    return time.nowMicros() >= micros;
  }

  /**
   * The instant.
   *
   * @return microseconds since the Unix epoch, on {@link #timeSource()}
   */
  public long micros() {
    return micros;
  }

  /**
   * The clock.
   *
   * @return what the instant belongs to
   */
  public TimeSource timeSource() {
    return time;
  }

  @Override
  public String toString() {
    return leftMicros() + " microseconds left on " + time;
  }
}
