package io.github.ratelimiter.cli.log;

import io.github.ratelimiter.TimeSource;

/** The clock of a log: the latest time of any request so far. Not thread-safe. */
public final class LogClock implements TimeSource {
  private long nowMicros;

  /**
   * Moves the clock forward to the time of a request. An earlier time does not move it.
   *
   * @return false if the time is earlier than the clock
   */
  boolean moveTo(long micros) {
    if (micros < nowMicros) {
      return false;
    }
    nowMicros = micros;
    return true;
  }

  @Override
  public long nowMicros() {
    return nowMicros;
  }

  @Override
  public String toString() {
    return "the time of the log";
  }
}
