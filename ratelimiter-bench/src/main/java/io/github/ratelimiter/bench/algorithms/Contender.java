package io.github.ratelimiter.bench.algorithms;

import io.github.ratelimiter.Policy;

/**
 * An algorithm in the measurement of server time.
 *
 * @param alone collects the cost of decisions in calls of their own
 * @param batched collects the cost of decisions in batches
 */
record Contender(AlgorithmKind kind, Policy policy, Cost alone, Cost batched) {
  static Contender of(AlgorithmKind kind, String quota) {
    return new Contender(kind, kind.policy(quota), new Cost(), new Cost());
  }
}
