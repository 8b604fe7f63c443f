package io.github.ratelimiter.bench.fleet;

import io.github.ratelimiter.Policy;

/** What a policy allows in the long run. */
final class Limits {
  private Limits() {}

  /** Returns the permits that all limits of a policy allow for a key in a second. */
  static double permitsPerSecond(Policy policy) {
    return policy.limits().stream()
        .mapToDouble(limit -> limit.permits() * 1e9 / limit.period().toNanos())
        .min()
        .orElse(Double.POSITIVE_INFINITY);
  }
}
