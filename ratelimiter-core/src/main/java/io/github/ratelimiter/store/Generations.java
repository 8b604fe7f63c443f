package io.github.ratelimiter.store;

import java.util.concurrent.ThreadLocalRandom;

/** The generations of the states of keys; see {@link Grant}. */
final class Generations {
  private Generations() {}

  /** Returns a generation that another state is unlikely to have. */
  static long random() {
    return ThreadLocalRandom.current().nextLong(1, Request.GENERATIONS);
  }

  static void check(long generation) {
    if (generation < 1 || generation >= Request.GENERATIONS) {
      throw new IllegalArgumentException(
          "generation is " + generation + "; it must be from 1 to " + (Request.GENERATIONS - 1));
    }
  }
}
