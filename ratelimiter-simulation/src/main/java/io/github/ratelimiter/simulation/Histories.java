package io.github.ratelimiter.simulation;

import io.github.ratelimiter.simulation.KeyHistory.Name;
import io.github.ratelimiter.store.Request;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** The histories of all keys. */
final class Histories {
  private final Map<Name, KeyHistory> histories = new LinkedHashMap<>();

  KeyHistory of(Request request) {
    return of(Name.of(request));
  }

  KeyHistory of(Name name) {
    return histories.computeIfAbsent(name, KeyHistory::new);
  }

  Collection<KeyHistory> all() {
    return histories.values();
  }
}
