package io.github.ratelimiter.http;

import io.github.ratelimiter.JointDecision;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Adds {@code Access-Control-Expose-Headers}. {@code Retry-After} is always named, because the
 * header is the same for all responses then, and a cache may keep it.
 */
record ExposedHeaders(RateLimitHeaders headers) implements RateLimitHeaders {
  static final String NAME = "Access-Control-Expose-Headers";

  @Override
  public Map<String, String> of(JointDecision decision, Instant now) {
    Map<String, String> all = new LinkedHashMap<>(headers.of(decision, now));
    all.put(NAME, String.join(", ", all.keySet()) + (all.isEmpty() ? "" : ", ") + "Retry-After");
    return all;
  }

  @Override
  public RateLimitHeaders exposed() {
    return this;
  }
}
