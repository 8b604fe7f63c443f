package io.github.ratelimiter;

import java.util.Objects;

/** What a key must be. */
final class Keys {
  private Keys() {}

  static void check(String key) {
    if (Objects.requireNonNull(key, "key").isEmpty()) {
      throw new IllegalArgumentException("key is empty; it must have at least one character");
    }
  }
}
