package io.github.ratelimiter.bench.audit;

import java.util.Arrays;

/**
 * A segment tree over an array of numbers. Adds a number to a prefix and finds the maximum, both in
 * logarithmic time. An element takes part in the maximum after it was set.
 */
final class PrefixMaximum {
  private static final long ABSENT = Long.MIN_VALUE / 2;

  private final int leaves;
  private final long[] maximum;
  private final long[] added;

  PrefixMaximum(int size) {
    leaves = Integer.highestOneBit(Math.max(size - 1, 1)) << 1;
    maximum = new long[2 * leaves];
    added = new long[2 * leaves];
    Arrays.fill(maximum, ABSENT);
  }

  /** Sets an element. Earlier additions to the element are added to the value. */
  void set(int index, long value) {
    int node = leaves + index;
    maximum[node] = value + added[node];
    update(node >> 1);
  }

  /** Adds a value to the elements from 0 to {@code last}. */
  void addUpTo(int last, long value) {
    int low = leaves;
    int high = leaves + last + 1;
    while (low < high) {
      if ((low & 1) == 1) {
        add(low++, value);
      }
      if ((high & 1) == 1) {
        add(--high, value);
      }
      low >>= 1;
      high >>= 1;
    }
    update(leaves >> 1);
    update((leaves + last) >> 1);
  }

  private void add(int node, long value) {
    added[node] += value;
    maximum[node] += value;
  }

  private void update(int from) {
    for (int node = from; node >= 1; node >>= 1) {
      maximum[node] = Math.max(maximum[2 * node], maximum[2 * node + 1]) + added[node];
    }
  }

  /** Returns the largest element. */
  long get() {
    return maximum[1];
  }
}
