package io.github.ratelimiter.bench.inprocess;

import java.util.concurrent.ThreadLocalRandom;

/** One thread's walk through the picks that all threads share. */
final class Picks {
  private final String[] picks;
  private int position = ThreadLocalRandom.current().nextInt();

  /** Requires a power of two of picks. */
  Picks(String... picks) {
    this.picks = picks;
  }

  String next() {
    return picks[position++ & (picks.length - 1)];
  }
}
