package io.github.ratelimiter.bench.inprocess;

import java.util.concurrent.ThreadLocalRandom;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The position of a thread in the shared array of picked keys. */
@State(Scope.Thread)
public class PickCursor {
  private int position = ThreadLocalRandom.current().nextInt();

  /** Returns the next pick. The number of picks must be a power of two. */
  String next(String... picks) {
    return picks[position++ & (picks.length - 1)];
  }
}
