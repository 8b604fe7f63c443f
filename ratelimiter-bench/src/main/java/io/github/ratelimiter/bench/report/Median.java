package io.github.ratelimiter.bench.report;

import java.util.Arrays;

/** Computes the median of measurements. */
public final class Median {
  private Median() {}

  /**
   * Returns the middle value; the mean of the two middle values if their number is even.
   *
   * @param values at least one, in any order
   */
  public static double of(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
