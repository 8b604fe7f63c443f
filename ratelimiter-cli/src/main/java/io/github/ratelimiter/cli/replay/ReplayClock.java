package io.github.ratelimiter.cli.replay;

import io.github.ratelimiter.TimeSource;

/** The time of the log: that of the latest line so far. For one thread. */
final class ReplayClock implements TimeSource {
  private long nowMicros;

  /**
   * Moves to the time of a line, never backwards.
   *
   * @return whether the line is later than all before it, or as late
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
