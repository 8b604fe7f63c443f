package io.github.ratelimiter.bench.inprocess;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Creates keys, and picks of them in random order. */
final class Keys {
  private static final int PICKS = 1 << 22;
  private static final double SKEW = 0.99;
  private static final long SEED = 42;

  private Keys() {}

  /** Returns distinct keys in random order. */
  static String[] of(int count) {
    String[] keys = new String[count];
    for (int i = 0; i < count; i++) {
      keys[i] = "user:" + (10_000_000 + i);
    }
    List<String> view = Arrays.asList(keys);
    Collections.shuffle(view, new Random(SEED));
    return keys;
  }

  /**
   * Returns four million picks with a Zipf distribution. The probability of the key at index {@code
   * r} is proportional to {@code 1 / (r + 1)^0.99}.
   */
  static String[] zipf(String... keys) {
    double[] cumulative = new double[keys.length];
    double sum = 0;
    for (int rank = 0; rank < keys.length; rank++) {
      sum += Math.pow(rank + 1, -SKEW);
      cumulative[rank] = sum;
    }
    Random random = new Random(SEED);
    String[] picks = new String[PICKS];
    for (int i = 0; i < PICKS; i++) {
      int found = Arrays.binarySearch(cumulative, random.nextDouble() * sum);
      picks[i] = keys[Math.min(found < 0 ? -found - 1 : found, keys.length - 1)];
    }
    return picks;
  }

  /** Returns four million picks in which all keys have the same probability. */
  static String[] uniform(String... keys) {
    Random random = new Random(SEED);
    String[] picks = new String[PICKS];
    for (int i = 0; i < PICKS; i++) {
      picks[i] = keys[random.nextInt(keys.length)];
    }
    return picks;
  }
}
