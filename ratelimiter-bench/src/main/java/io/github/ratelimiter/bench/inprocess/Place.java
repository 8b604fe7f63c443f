package io.github.ratelimiter.bench.inprocess;

import java.util.concurrent.ThreadLocalRandom;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The place of a thread in the picks that all threads share. */
@State(Scope.Thread)
public class Place {
  private int position = ThreadLocalRandom.current().nextInt();

  /** Returns the next pick. The number of picks must be a power of two. */
  String next(String... picks) {
    return picks[position++ & (picks.length - 1)];
  }
}
