package io.github.ratelimiter.store;

import io.github.ratelimiter.CallObserver.Observation;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.internal.Periods;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * The instant before which a decision must be made, together with the clock that measures it. The
 * layers between a limiter and its store may have different clocks; with a deadline they agree on
 * the time left. The outermost caller sets it once and passes it on, so each further attempt gets
 * only the time left. Immutable.
 *
 * <p>It also carries the observations of the call through these layers, so that a store can tell
 * whose requests were sent together.
 */
public final class Deadline {
  private final TimeSource time;
  private final long micros;
  private final List<Observation> observations;

  private Deadline(TimeSource time, long micros, List<Observation> observations) {
    this.time = time;
    this.micros = micros;
    this.observations = observations;
  }

  /**
   * Returns a deadline some time from now.
   *
   * @param duration how long from now, rounded down to microseconds; a negative duration is zero
   * @param time the clock
   * @return the deadline
   */
  public static Deadline after(Duration duration, TimeSource time) {
    return afterMicros(Periods.saturatedMicros(duration), time);
  }

  /**
   * Returns a deadline some time from now.
   *
   * @param micros how many microseconds from now; a negative number is zero
   * @param time the clock
   * @return the deadline, limited to the latest instant that a long can hold
   */
  public static Deadline afterMicros(long micros, TimeSource time) {
    Objects.requireNonNull(time, "time");
    long wait = Math.max(micros, 0);
    long now = time.nowMicros();
    return new Deadline(
        time, wait > Long.MAX_VALUE - Math.max(now, 0) ? Long.MAX_VALUE : now + wait, List.of());
  }

  /**
   * Returns this deadline with the observations of a call.
   *
   * @param observations what the observers of the call have returned; not copied
   * @return the deadline
   */
  public Deadline observedBy(List<Observation> observations) {
    return observations.isEmpty() ? this : new Deadline(time, micros, observations);
  }

  /**
   * Returns the time left.
   *
   * @return microseconds; 0 if the deadline has passed
   */
  public long leftMicros() {
    long now = time.nowMicros();
    if (now >= micros) {
      return 0;
    }
    long left = micros - now;
    return left < 0 ? Long.MAX_VALUE : left; // A clock far below zero: the difference does not fit.
  }

  /**
   * Returns whether the deadline has passed.
   *
   * @return true if no time is left
   */
  public boolean hasPassed() {
    return time.nowMicros() >= micros;
  }

  /**
   * Returns the instant.
   *
   * @return microseconds since the Unix epoch, on {@link #timeSource()}
   */
  public long micros() {
    return micros;
  }

  /**
   * Returns the clock.
   *
   * @return the clock that measures the deadline
   */
  public TimeSource timeSource() {
    return time;
  }

  /**
   * Returns the observations of the call.
   *
   * @return empty if nobody observes the call
   */
  public List<Observation> observations() {
    return observations;
  }

  @Override
  public String toString() {
    return leftMicros() + " microseconds left on " + time;
  }
}
