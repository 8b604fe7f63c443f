package io.github.ratelimiter.fallback;

import java.time.Duration;

/** Checks the values of settings. */
final class Ranges {
  private static final Duration MINIMUM = Duration.ofNanos(1_000);
  private static final Duration MAXIMUM = Duration.ofHours(1);
  private static final Duration MAXIMUM_WINDOW = Duration.ofMinutes(10);

  private Ranges() {}

  static int fromOne(String name, long value, int maximum) {
    if (value < 1 || value > maximum) {
      throw new IllegalArgumentException(
          name + " is " + value + "; it must be from 1 to " + maximum);
    }
    return (int) value;
  }

  static double fraction(String name, double value) {
    if (!(value > 0 && value <= 1)) {
      throw new IllegalArgumentException(name + " is " + value + "; it must be above 0, at most 1");
    }
    return value;
  }

  static long micros(String name, Duration value) {
    if (value.compareTo(MINIMUM) < 0 || value.compareTo(MAXIMUM) > 0) {
      throw new IllegalArgumentException(
          name + " is " + value + "; it must be from 1 microsecond to 1 hour");
    }
    return value.toNanos() / 1_000;
  }

  static int windowSeconds(Duration time) {
    if (time.getNano() != 0 || time.getSeconds() < 1 || time.compareTo(MAXIMUM_WINDOW) > 0) {
      throw new IllegalArgumentException(
          "time is " + time + "; it must be whole seconds, from 1 second to 10 minutes");
    }
    return (int) time.getSeconds();
  }
}
