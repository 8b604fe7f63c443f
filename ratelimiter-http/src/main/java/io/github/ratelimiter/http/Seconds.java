package io.github.ratelimiter.http;

import java.time.Duration;
import java.time.Instant;

/** Whole seconds for headers. */
final class Seconds {
  private Seconds() {}

  static long roundedUp(Duration time) {
    return time.getSeconds() + (time.getNano() > 0 ? 1 : 0);
  }

  static long roundedUp(Instant time) {
    return time.getEpochSecond() + (time.getNano() > 0 ? 1 : 0);
  }
}
