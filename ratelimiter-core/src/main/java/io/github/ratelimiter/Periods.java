package io.github.ratelimiter;

import io.github.ratelimiter.algorithm.Domain;
import java.time.Duration;
import java.util.Objects;

/** Durations at the public edge, microseconds behind it. */
final class Periods {
  private Periods() {}

  /** The period of a limit; what it must be, the algorithm says. */
  static long micros(Duration period) {
    if (period.toNanosPart() % 1_000_000 != 0
        || period.isNegative()
        || period.compareTo(Duration.ofDays(366)) > 0) {
      throw new IllegalArgumentException(
          "period is " + period + "; it must be whole milliseconds from 1 ms to 366 days");
    }
    return period.toNanos() / 1_000;
  }

  /** A time to wait, rounded down, at most what any limit can book ahead. */
  static long waitMicros(Duration wait) {
    if (Objects.requireNonNull(wait, "maxWait").isNegative()) {
      throw new IllegalArgumentException("maxWait is " + wait + "; it must be zero or more");
    }
    if (wait.getSeconds() >= Domain.LONGEST_WAIT / 1_000_000) {
      return Domain.LONGEST_WAIT;
    }
    return wait.getSeconds() * 1_000_000 + wait.getNano() / 1_000;
  }

  /** A duration, rounded down, at most what a long holds. */
  static long saturatedMicros(Duration duration) {
    return duration.getSeconds() >= Long.MAX_VALUE / 1_000_000
        ? Long.MAX_VALUE
        : Math.max(duration.getSeconds(), -1) * 1_000_000 + duration.getNano() / 1_000;
  }

  static Duration ofMicros(long micros) {
    return Duration.ofSeconds(micros / 1_000_000, micros % 1_000_000 * 1_000);
  }
}
