package io.github.ratelimiter.server.check;

import io.github.ratelimiter.JointDecision;
import io.github.ratelimiter.http.RateLimitHeaders;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The limit of a decision that binds: the one that refuses, otherwise the one with the fewest
 * permits left. Immutable.
 *
 * @param limit the largest number of permits that can remain
 * @param remaining the permits that remain
 * @param resetAt when all permits are available again, in seconds since 1970
 */
public record BindingLimit(long limit, long remaining, long resetAt) {
  private static final RateLimitHeaders NUMBERS = RateLimitHeaders.legacy();

  /** Returns the limit that binds; empty if no limit is enforced. */
  public static Optional<BindingLimit> of(JointDecision decision, Instant now) {
    Map<String, String> numbers = NUMBERS.of(decision, now);
    return numbers.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new BindingLimit(
                number(numbers, "X-RateLimit-Limit"),
                number(numbers, "X-RateLimit-Remaining"),
                number(numbers, "X-RateLimit-Reset")));
  }

  private static long number(Map<String, String> numbers, String name) {
    return Long.parseLong(Objects.requireNonNull(numbers.get(name), name));
  }
}
