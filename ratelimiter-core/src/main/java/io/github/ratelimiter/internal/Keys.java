package io.github.ratelimiter.internal;

import java.util.Objects;

/** Checks keys. */
public final class Keys {
  private Keys() {}

  /** Throws an exception if a key is null or empty. */
  public static void check(String key) {
    if (Objects.requireNonNull(key, "key").isEmpty()) {
      throw new IllegalArgumentException("key is empty; it must have at least one character");
    }
  }
}
