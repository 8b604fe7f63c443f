package io.github.ratelimiter.internal;

import io.github.ratelimiter.algorithm.Domain;
import java.time.Duration;
import java.util.Objects;

/** Converts between the durations of the API and the microseconds that stores count. */
public final class Periods {
  private Periods() {}

  /**
   * Returns the period of a limit in microseconds. Throws an exception if a limit cannot have this
   * period.
   */
  public static long micros(Duration period) {
    if (period.toNanosPart() % 1_000_000 != 0
        || period.isNegative()
        || period.compareTo(Duration.ofDays(366)) > 0) {
      throw new IllegalArgumentException(
          "period is " + period + "; it must be whole milliseconds from 1 ms to 366 days");
    }
    return period.toNanos() / 1_000;
  }

  /**
   * Returns a time to wait in microseconds, rounded down and limited to what a caller can reserve
   * ahead.
   */
  public static long waitMicros(Duration wait) {
    if (Objects.requireNonNull(wait, "maxWait").isNegative()) {
      throw new IllegalArgumentException("maxWait is " + wait + "; it must be zero or more");
    }
    if (wait.getSeconds() >= Domain.LONGEST_WAIT / 1_000_000) {
      return Domain.LONGEST_WAIT;
    }
    return wait.getSeconds() * 1_000_000 + wait.getNano() / 1_000;
  }

  /**
   * Returns the duration of a drain in microseconds, rounded down and limited to 35 years. Throws
   * {@link IllegalArgumentException} if it is shorter than a microsecond.
   */
  public static long drainMicros(Duration duration) {
    long micros = saturatedMicros(Objects.requireNonNull(duration, "duration"));
    if (micros < 1) {
      throw new IllegalArgumentException(
          "duration is " + duration + "; it must be at least one microsecond");
    }
    return Math.min(micros, Domain.LONGEST_WAIT);
  }

  /** Returns a duration in microseconds, rounded down and limited to {@link Long#MAX_VALUE}. */
  public static long saturatedMicros(Duration duration) {
    return duration.getSeconds() >= Long.MAX_VALUE / 1_000_000
        ? Long.MAX_VALUE
        : Math.max(duration.getSeconds(), -1) * 1_000_000 + duration.getNano() / 1_000;
  }

  /** Returns microseconds as a duration. */
  public static Duration ofMicros(long micros) {
    return Duration.ofSeconds(micros / 1_000_000, micros % 1_000_000 * 1_000);
  }
}
