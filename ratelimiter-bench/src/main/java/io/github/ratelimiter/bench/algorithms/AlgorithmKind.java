package io.github.ratelimiter.bench.algorithms;

import io.github.ratelimiter.Policy;
import java.util.Locale;

/** The algorithms that are compared. */
enum AlgorithmKind {
  TOKEN_BUCKET,
  LEAKY_BUCKET,
  FIXED_WINDOW,
  SLIDING_WINDOW,
  SLIDING_LOG;

  /** Returns the name of the algorithm in the text of a policy. */
  String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Returns a policy with one limit of this algorithm.
   *
   * @param quota permits per period, for example {@code 100/s}
   * @throws IllegalArgumentException if the quota cannot be parsed
   */
  Policy policy(String quota) {
    return Policy.parse("default", text() + " " + quota);
  }
}
