package io.github.ratelimiter.bench.algorithms;

import io.github.ratelimiter.Policy;

/**
 * An algorithm in the measurement of server time.
 *
 * @param alone collects the cost of decisions in calls of their own
 * @param batched collects the cost of decisions in batches
 */
record AlgorithmCost(AlgorithmKind kind, Policy policy, Cost alone, Cost batched) {
  static AlgorithmCost of(AlgorithmKind kind, String quota) {
    return new AlgorithmCost(kind, kind.policy(quota), new Cost(), new Cost());
  }
}
