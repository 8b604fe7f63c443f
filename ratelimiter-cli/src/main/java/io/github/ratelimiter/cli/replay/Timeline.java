package io.github.ratelimiter.cli.replay;

import java.util.Arrays;

/*
 * The length of a log is not known in advance. Steps are one second long at first. When there are
 * more than MAX_STEPS, neighbours are merged into longer steps. Each length is a multiple of the
 * previous one, and steps are aligned to the epoch, so they begin at round times.
 */
/** Counts over time, in a bounded number of steps. Time never moves backwards. */
final class Timeline {
  private static final int MAX_STEPS = 600;
  private static final long[] STEP_SECONDS = {
    1, 5, 15, 60, 300, 900, 3_600, 10_800, 43_200, 86_400
  };

  private final long[][] counts;
  private long stepSeconds = 1;
  private long firstSecond;
  private int steps;

  /** Creates an empty timeline for a number of kinds. */
  Timeline(int kinds) {
    counts = new long[kinds][MAX_STEPS];
  }

  /** Moves forward to a time. */
  void moveTo(long seconds) {
    if (steps == 0) {
      firstSecond = seconds;
    }
    while (seconds / stepSeconds - firstSecond / stepSeconds >= MAX_STEPS) {
      mergeSteps();
    }
    steps = (int) (seconds / stepSeconds - firstSecond / stepSeconds) + 1;
  }

  /** Adds one to the count of a kind at the current time. */
  void count(int kind) {
    counts[kind][steps - 1]++;
  }

  private void mergeSteps() {
    int index = Arrays.binarySearch(STEP_SECONDS, stepSeconds);
    long longer =
        index >= 0 && index + 1 < STEP_SECONDS.length ? STEP_SECONDS[index + 1] : stepSeconds * 2;
    for (long[] ofKind : counts) {
      for (int i = 0; i < steps; i++) {
        long moved = ofKind[i];
        ofKind[i] = 0;
        ofKind[
                (int)
                    ((firstSecond / stepSeconds + i) * stepSeconds / longer
                        - firstSecond / longer)] +=
            moved;
      }
    }
    stepSeconds = longer;
  }

  /** Returns the length of a step. */
  long stepSeconds() {
    return stepSeconds;
  }

  /** Returns the number of steps. */
  int steps() {
    return steps;
  }

  /** Returns the start of a step, in seconds since the Unix epoch. */
  long begin(int index) {
    return (firstSecond / stepSeconds + index) * stepSeconds;
  }

  /** Returns the count of a kind in a step. */
  long count(int kind, int index) {
    return counts[kind][index];
  }

  /** Returns the highest count of a kind in any step. */
  long highest(int kind) {
    return Arrays.stream(counts[kind]).max().orElse(0);
  }

  /** Returns a copy with at most {@code maximum} steps. */
  Timeline inSteps(int maximum) {
    Timeline copy = new Timeline(counts.length);
    copy.stepSeconds = stepSeconds;
    copy.firstSecond = firstSecond;
    copy.steps = steps;
    for (int kind = 0; kind < counts.length; kind++) {
      copy.counts[kind] = counts[kind].clone();
    }
    long last = begin(Math.max(steps - 1, 0));
    while (copy.steps > maximum) {
      copy.mergeSteps();
      copy.steps = (int) (last / copy.stepSeconds - firstSecond / copy.stepSeconds) + 1;
    }
    return copy;
  }
}
