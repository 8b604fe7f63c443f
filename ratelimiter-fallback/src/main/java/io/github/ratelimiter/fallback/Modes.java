package io.github.ratelimiter.fallback;

import io.github.ratelimiter.fallback.Fallback.Mode;
import io.github.ratelimiter.store.Request;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The mode of each policy.
 *
 * @param general the mode of a policy that has none of its own
 * @param ofPolicies the modes of policies, by name
 */
record Modes(Mode general, Map<String, Mode> ofPolicies) {
  Modes {
    ofPolicies = Map.copyOf(ofPolicies);
  }

  Mode of(Request request) {
    return ofPolicies.isEmpty()
        ? general
        : ofPolicies.getOrDefault(request.policy().name(), general);
  }

  boolean isLocal(Request request) {
    return of(request) == Mode.LOCAL;
  }

  boolean isAnyLocal() {
    return general == Mode.LOCAL || ofPolicies.containsValue(Mode.LOCAL);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(text(general));
    for (Map.Entry<String, Mode> own : new TreeMap<>(ofPolicies).entrySet()) {
      text.append(", ").append(own.getKey()).append(": ").append(text(own.getValue()));
    }
    return text.toString();
  }

  private static String text(Mode mode) {
    return mode.name().toLowerCase(Locale.ROOT);
  }
}
