package io.github.ratelimiter.rules;

import java.time.Duration;

/**
 * When a client that is refused repeatedly is banned. A key with {@code refusals} refusals within
 * {@code within} is refused for {@code first}; the next ban of the same key is twice as long, and
 * so on up to {@code longest}.
 *
 * @param refusals at least 2
 * @param within a positive time
 * @param first the length of the first ban, a positive time
 * @param longest the length of the longest ban, at least {@code first}
 */
public record BanPolicy(int refusals, Duration within, Duration first, Duration longest) {
  /** Throws {@link IllegalArgumentException} if a value is out of range. */
  public BanPolicy {
    if (refusals < 2) {
      throw new IllegalArgumentException(
          "a ban after %d refusals; it must be at least 2".formatted(refusals));
    }
    requirePositive("within", within);
    requirePositive("first", first);
    if (longest.compareTo(first) < 0) {
      throw new IllegalArgumentException(
          "the longest ban is %s; it must be at least the first, %s".formatted(longest, first));
    }
  }

  private static void requirePositive(String name, Duration time) {
    if (time.isNegative() || time.isZero()) {
      throw new IllegalArgumentException("'%s' is %s; it must be positive".formatted(name, time));
    }
  }
}
