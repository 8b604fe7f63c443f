package io.github.ratelimiter.fallback;

import io.github.ratelimiter.store.Request;

/**
 * Identifies a state: a key under a policy. All versions of a policy have the same name, and so the
 * same state.
 */
record PolicyKey(String policyName, String key) {
  static PolicyKey of(Request request) {
    return new PolicyKey(request.policy().name(), request.key());
  }
}
