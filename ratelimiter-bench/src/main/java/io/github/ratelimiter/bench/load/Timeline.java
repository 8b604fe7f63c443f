package io.github.ratelimiter.bench.load;

import java.util.concurrent.atomic.AtomicLongArray;

/** Decisions in steps of time, by kind and by whether the key is hot. One thread counts. */
final class Timeline {
  private static final int STEPS = 240;
  private static final long SHORTEST_NANOS = 50_000_000;

  /** Steps from an instant on. */
  record Scale(long startNanos, long stepNanos, int steps) {
    Scale(long startNanos, long lengthNanos) {
      this(startNanos, step(lengthNanos), (int) (lengthNanos / step(lengthNanos)) + 1);
    }

    private static long step(long lengthNanos) {
      return Math.max(lengthNanos / STEPS, SHORTEST_NANOS);
    }
  }

  private final Scale scale;
  private final AtomicLongArray counts;
  private int step;
  private long stepEnd;

  Timeline(Scale scale) {
    this.scale = scale;
    this.counts = new AtomicLongArray(scale.steps * 2 * Kind.COUNT);
    this.stepEnd = scale.startNanos + scale.stepNanos;
  }

  void count(Kind kind, boolean hot, long nanos) {
    while (nanos - stepEnd >= 0 && step < scale.steps - 1) {
      step++;
      stepEnd += scale.stepNanos;
    }
    int at = at(step, kind, hot);
    // Others only look on: without a fence, as this thread alone writes.
    counts.setOpaque(at, counts.getPlain(at) + 1);
  }

  private static int at(int step, Kind kind, boolean hot) {
    return (2 * step + (hot ? 1 : 0)) * Kind.COUNT + kind.ordinal();
  }

  /** Takes over what another thread has counted on the same scale. */
  void add(Timeline other) {
    for (int i = 0; i < counts.length(); i++) {
      counts.setPlain(i, counts.getPlain(i) + other.counts.getOpaque(i));
    }
  }

  long count(int step, Kind kind, boolean hot) {
    return counts.getOpaque(at(step, kind, hot));
  }

  long count(Kind kind, boolean hot) {
    long sum = 0;
    for (int i = 0; i < scale.steps; i++) {
      sum += count(i, kind, hot);
    }
    return sum;
  }

  long total() {
    long sum = 0;
    for (int i = 0; i < counts.length(); i++) {
      sum += counts.getOpaque(i);
    }
    return sum;
  }

  /** Decisions that were made in an instance. */
  long hits() {
    return count(Kind.LEASE, true)
        + count(Kind.LEASE, false)
        + count(Kind.CACHED_REFUSAL, true)
        + count(Kind.CACHED_REFUSAL, false);
  }

  Scale scale() {
    return scale;
  }
}
