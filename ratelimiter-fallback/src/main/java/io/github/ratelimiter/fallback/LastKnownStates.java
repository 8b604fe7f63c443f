package io.github.ratelimiter.fallback;

import io.github.ratelimiter.local.internal.BoundedMap;

/** The last known states of all keys, up to a maximum number of keys. Thread-safe. */
final class LastKnownStates {
  private final BoundedMap<PolicyKey, LastKnownState> states;

  LastKnownStates(long maximumKeys) {
    states = new BoundedMap<>(maximumKeys);
  }

  LastKnownState of(PolicyKey key) {
    return states.get(key, unknown -> new LastKnownState());
  }
}
