package io.github.ratelimiter.spring.autoconfigure;

import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.spring.RateLimiters;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** All limiters by name. */
final class NamedLimiters implements RateLimiters {
  private final SortedMap<String, RateLimiter> limiters;

  NamedLimiters(Map<String, RateLimiter> limiters) {
    this.limiters = Collections.unmodifiableSortedMap(new TreeMap<>(limiters));
  }

  @Override
  public RateLimiter get(String name) {
    RateLimiter limiter = limiters.get(name);
    if (limiter == null) {
      throw new IllegalArgumentException(
          "there is no policy '%s'; there are %s".formatted(name, names()));
    }
    return limiter;
  }

  @Override
  public Set<String> names() {
    return limiters.keySet();
  }

  @Override
  public String toString() {
    return "RateLimiters" + names();
  }
}
