package io.github.ratelimiter.bench.algorithms;

import java.util.Arrays;

/** The instants of granted permits. Counts without any code of the library. */
final class GrantTimes {
  private long[] instants = new long[1024];
  private int size;

  /** Adds a permit. The instants must not decrease. */
  void add(long micros) {
    if (size == instants.length) {
      instants = Arrays.copyOf(instants, 2 * size);
    }
    instants[size++] = micros;
  }

  int permits() {
    return size;
  }

  /**
   * Returns the largest number of permits in an interval. The interval includes its beginning and
   * excludes its end.
   *
   * @param length the length of the interval in microseconds
   */
  int mostInAny(long length) {
    int most = 0;
    int first = 0;
    for (int last = 0; last < size; last++) {
      while (instants[first] <= instants[last] - length) {
        first++;
      }
      most = Math.max(most, last - first + 1);
    }
    return most;
  }
}
