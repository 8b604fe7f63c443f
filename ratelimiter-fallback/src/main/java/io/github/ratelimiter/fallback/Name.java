package io.github.ratelimiter.fallback;

import io.github.ratelimiter.store.Request;

/** What state belongs to: a key under the name of a policy. */
record Name(String policy, String key) {
  static Name of(Request request) {
    return new Name(request.policy().name(), request.key());
  }
}
