package io.github.ratelimiter.store;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.algorithm.Domain;
import java.util.Arrays;
import java.util.List;

/** The permits of each counter. Limits with equal algorithms share a counter. */
final class CounterPermits {
  private CounterPermits() {}

  /** Returns the same number for each counter. */
  static long[] each(int counters, long permits) {
    long[] each = new long[counters];
    Arrays.fill(each, permits);
    return each;
  }

  /** Returns for each counter the largest number of its limits. */
  static long[] largest(Policy policy, int counters, List<Long> permitsOfLimits) {
    long[] largest = new long[counters];
    for (int i = 0; i < permitsOfLimits.size(); i++) {
      int counter = policy.counterOf(i);
      // Stores cannot count more. This changes no decision.
      largest[counter] = Math.max(largest[counter], Math.min(permitsOfLimits.get(i), Domain.MAX));
    }
    return largest;
  }

  /** Returns for each counter the smallest number of its limits. */
  static long[] smallest(Policy policy, int counters, List<Long> permitsOfLimits) {
    long[] smallest = each(counters, Long.MAX_VALUE);
    for (int i = 0; i < permitsOfLimits.size(); i++) {
      int counter = policy.counterOf(i);
      smallest[counter] = Math.min(smallest[counter], permitsOfLimits.get(i));
    }
    return smallest;
  }
}
