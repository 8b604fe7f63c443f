package io.github.ratelimiter.spring.actuate;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.Status;
import io.github.ratelimiter.observe.TopLimitedKeys;
import io.github.ratelimiter.observe.TopLimitedKeys.LimitedKey;
import io.github.ratelimiter.spring.RateLimiters;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;

/** The actuator endpoint {@code ratelimiter}. Keys may be personal data. */
@Endpoint(id = "ratelimiter")
final class RateLimiterEndpoint {
  private static final int MOST_KEYS = 10;

  /** All policies, and whether their stores decide. */
  record Overview(Map<String, LimiterState> limiters) {}

  /** Whether a limiter can decide. The limits are those of the last decision. */
  record LimiterState(
      String status, @Nullable String since, @Nullable String reason, String store) {
    static LimiterState of(RateLimiter limiter) {
      Status status = limiter.status();
      Status.Degraded degraded = status instanceof Status.Degraded known ? known : null;
      return new LimiterState(
          StatusName.of(status),
          degraded == null ? null : degraded.since().toString(),
          degraded == null ? null : degraded.reason(),
          String.valueOf(limiter.store()));
    }
  }

  /** The keys of a policy that were refused most. */
  record Top(LimiterState state, List<LimitedKey> lastMinute, List<LimitedKey> lastHour) {}

  /** One limit of a key. */
  record LimitState(String limit, long remaining, Duration resetAfter) {}

  /** The state of a key, without taking a permit. */
  record KeyState(
      boolean allowed,
      long remaining,
      @Nullable Duration retryAfter,
      String policy,
      List<LimitState> limits) {
    static KeyState of(Decision decision) {
      return new KeyState(
          decision.allowed(),
          decision.remaining(),
          decision.retryAfter().orElse(null),
          decision.policy().text(),
          decision.limits().stream()
              .map(
                  each ->
                      new LimitState(each.limit().toString(), each.remaining(), each.resetAfter()))
              .toList());
    }
  }

  private final RateLimiters limiters;
  private final TopLimitedKeys top;

  RateLimiterEndpoint(RateLimiters limiters, TopLimitedKeys top) {
    this.limiters = limiters;
    this.top = top;
  }

  @ReadOperation
  Overview overview() {
    Map<String, LimiterState> states = new TreeMap<>();
    limiters.names().forEach(name -> states.put(name, LimiterState.of(limiters.get(name))));
    return new Overview(states);
  }

  /** Returns the state of a key, or without a key what was refused most; null (404) if unknown. */
  @ReadOperation
  @Nullable Object policy(@Selector String policy, @Nullable String key) {
    RateLimiter limiter = limiter(policy).orElse(null);
    if (limiter == null) {
      return null;
    }
    return key == null
        ? new Top(
            LimiterState.of(limiter),
            top.lastMinute(policy, MOST_KEYS),
            top.lastHour(policy, MOST_KEYS))
        : KeyState.of(limiter.peek(key));
  }

  /** Makes all permits of a key available again. */
  @DeleteOperation
  @Nullable KeyState reset(@Selector String policy, String key) {
    return limiter(policy).map(limiter -> KeyState.of(limiter.reset(key))).orElse(null);
  }

  private Optional<RateLimiter> limiter(String policy) {
    return limiters.names().contains(policy) ? Optional.of(limiters.get(policy)) : Optional.empty();
  }
}
