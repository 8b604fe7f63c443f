package io.github.ratelimiter.cli.replay;

import java.util.Arrays;

/*
 * Nobody knows how long a log is before its end. Counts begin in steps of a second; when MOST steps
 * are full, neighbours are joined into longer steps, each a multiple of the one before and aligned
 * to the epoch, so that steps begin at round times.
 */
/** Counts over time, in a bounded number of steps. Time never moves backwards. */
final class Timeline {
  private static final int MOST = 600;
  private static final long[] STEPS = {1, 5, 15, 60, 300, 900, 3_600, 10_800, 43_200, 86_400};

  private final long[][] counts;
  private long step = 1;
  private long first;
  private int steps;

  /** Counts of so many kinds. */
  Timeline(int kinds) {
    counts = new long[kinds][MOST];
  }

  /** Moves on to a time. */
  void moveTo(long seconds) {
    if (steps == 0) {
      first = seconds;
    }
    while (seconds / step - first / step >= MOST) {
      lengthen();
    }
    steps = (int) (seconds / step - first / step) + 1;
  }

  /** Counts one more of a kind, now. */
  void count(int kind) {
    counts[kind][steps - 1]++;
  }

  private void lengthen() {
    int at = Arrays.binarySearch(STEPS, step);
    long longer = at >= 0 && at + 1 < STEPS.length ? STEPS[at + 1] : step * 2;
    for (long[] count : counts) {
      for (int i = 0; i < steps; i++) {
        long moved = count[i];
        count[i] = 0;
        count[(int) ((first / step + i) * step / longer - first / longer)] += moved;
      }
    }
    step = longer;
  }

  /** How long a step is. */
  long stepSeconds() {
    return step;
  }

  /** How many steps there are. */
  int steps() {
    return steps;
  }

  /** When a step begins, in seconds since the Unix epoch. */
  long begin(int index) {
    return (first / step + index) * step;
  }

  /** How many of a kind there were in a step. */
  long count(int kind, int index) {
    return counts[kind][index];
  }

  /** The most of a kind in any step. */
  long most(int kind) {
    return Arrays.stream(counts[kind]).max().orElse(0);
  }

  /** A copy with longer steps, at most so many of them. */
  Timeline inSteps(int most) {
    Timeline copy = new Timeline(counts.length);
    copy.step = step;
    copy.first = first;
    copy.steps = steps;
    for (int kind = 0; kind < counts.length; kind++) {
      copy.counts[kind] = counts[kind].clone();
    }
    long last = begin(Math.max(steps - 1, 0));
    while (copy.steps > most) {
      copy.lengthen();
      copy.steps = (int) (last / copy.step - first / copy.step) + 1;
    }
    return copy;
  }
}
