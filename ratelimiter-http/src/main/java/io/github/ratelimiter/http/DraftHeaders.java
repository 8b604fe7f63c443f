package io.github.ratelimiter.http;

import static io.github.ratelimiter.http.StructuredFields.integer;
import static io.github.ratelimiter.http.StructuredFields.string;

import io.github.ratelimiter.JointDecision;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** The headers of revision 11 of the draft. Two parts with one policy are described by one item. */
final class DraftHeaders implements RateLimitHeaders {
  private final Map<String, String> units;

  DraftHeaders(Map<String, String> units) {
    this.units = Map.copyOf(units);
    for (String unit : this.units.values()) {
      if (!unit.chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
        throw new IllegalArgumentException(
            "the unit '%s' has other characters than printable ASCII".formatted(unit));
      }
    }
  }

  @Override
  public Map<String, String> of(JointDecision decision, Instant now) {
    Map<String, LimitView> views = new LinkedHashMap<>();
    for (LimitView view : LimitView.all(decision)) {
      views.merge(view.name(), view, DraftHeaders::closer);
    }
    if (views.isEmpty()) {
      return Map.of();
    }
    StringBuilder policies = new StringBuilder();
    StringBuilder states = new StringBuilder();
    views.forEach(
        (name, view) -> {
          String item = (policies.isEmpty() ? "" : ", ") + string(name);
          appendPolicy(view, policies.append(item));
          appendState(view, states.append(item));
        });
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("RateLimit-Policy", policies.toString());
    headers.put("RateLimit", states.toString());
    return headers;
  }

  private static LimitView closer(LimitView one, LimitView other) {
    return other.remaining() < one.remaining() ? other : one;
  }

  private void appendPolicy(LimitView view, StringBuilder item) {
    long quota = view.quota();
    item.append(";q=").append(integer(quota));
    String unit = units.get(view.policy().name());
    if (unit != null) {
      item.append(";qu=").append(string(unit));
    }
    item.append(";w=").append(integer(view.windowSeconds()));
    if (view.isBucket() && view.capacity() != quota) {
      item.append(";ratelimiter-burst=").append(integer(view.capacity()));
    }
  }

  private static void appendState(LimitView view, StringBuilder item) {
    item.append(";r=").append(integer(view.remaining()));
    view.effectiveWindowSeconds().ifPresent(seconds -> item.append(";t=").append(integer(seconds)));
  }
}
