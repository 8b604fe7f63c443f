package io.github.ratelimiter.http;

import static io.github.ratelimiter.http.StructuredFields.integer;
import static io.github.ratelimiter.http.StructuredFields.string;

import io.github.ratelimiter.JointDecision;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** The headers of revision 3 of the draft, with Envoy's names. */
final class EnvoyHeaders implements RateLimitHeaders {
  @Override
  public Map<String, String> of(JointDecision decision, Instant now) {
    return LimitView.binding(decision).map(view -> of(view, decision)).orElse(Map.of());
  }

  private static Map<String, String> of(LimitView binding, JointDecision decision) {
    String all =
        LimitView.all(decision).stream()
            .map(EnvoyHeaders::policy)
            .distinct()
            .collect(Collectors.joining(", "));
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("X-RateLimit-Limit", integer(binding.quota()) + ", " + all);
    headers.put("X-RateLimit-Remaining", Long.toString(integer(binding.remaining())));
    headers.put("X-RateLimit-Reset", Long.toString(integer(binding.resetSeconds())));
    return headers;
  }

  private static String policy(LimitView view) {
    return "%s;w=%s;name=%s"
        .formatted(integer(view.quota()), integer(view.windowSeconds()), string(view.name()));
  }
}
