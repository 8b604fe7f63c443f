package io.github.ratelimiter.internal;

import java.util.Objects;

/** Checks arguments that many methods have. */
public final class Arguments {
  private Arguments() {}

  /** Throws an exception if a key is null or empty. */
  public static void checkKey(String key) {
    if (Objects.requireNonNull(key, "key").isEmpty()) {
      throw new IllegalArgumentException("key is empty; it must have at least one character");
    }
  }

  /** Throws an exception if a number of permits is below 1. */
  public static void checkPermits(long permits) {
    if (permits < 1) {
      throw new IllegalArgumentException("permits is " + permits + "; it must be at least 1");
    }
  }
}
