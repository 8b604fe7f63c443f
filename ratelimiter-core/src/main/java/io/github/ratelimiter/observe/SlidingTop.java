package io.github.ratelimiter.observe;

import io.github.ratelimiter.internal.SpaceSaving;
import io.github.ratelimiter.observe.TopLimitedKeys.LimitedKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/*
 * The most frequent keys of a window that slides by a part of its length: a ring with a sketch for
 * each part, merged when it is read.
 *
 * Bounds    in each part i a key has an upper bound u_i and a lower bound l_i of its count n_i. With a
 *           counter they are count_i and count_i - error_i. Without one they are min_i and 0, where
 *           min_i is the least count of a full sketch, and 0 of one that is not full. The sums of
 *           them are bounds of the count in the window. So a key that is absent from a full sketch
 *           is charged its min_i, and the error of a key is the sum of its u_i - l_i.
 *           Each u_i - l_i is at most min_i, which is at most N_i / c. So the error is at most N / c,
 *           as in one sketch of the whole window.
 *           A key with n > N / c has n_i > N_i / c in some part, so it has a counter there, and is
 *           among the keys that are read.
 * Clock     a step back of less than the window counts in the newest part until the clock has caught
 *           up. After a longer step the window starts over.
 */
/** Counts the keys of the last parts of time. Not thread-safe. */
final class SlidingTop {
  private final SpaceSaving[] parts;
  private final long partMicros;

  /** The number of the newest part since the epoch. */
  private long newest;

  SlidingTop(int parts, long partMicros, int capacity, long now) {
    this.parts = new SpaceSaving[parts];
    this.partMicros = partMicros;
    this.newest = Math.floorDiv(now, partMicros);
    for (int i = 0; i < parts; i++) {
      this.parts[i] = new SpaceSaving(capacity);
    }
  }

  void add(String key, long now) {
    advance(now);
    part(newest).add(key);
  }

  private void advance(long now) {
    long present = Math.floorDiv(now, partMicros);
    if (present <= newest - parts.length) {
      newest = present - parts.length;
    }
    long first = Math.max(newest + 1, present - parts.length + 1);
    for (long number = first; number <= present; number++) {
      part(number).clear();
    }
    newest = Math.max(newest, present);
  }

  private SpaceSaving part(long number) {
    return parts[Math.floorMod(number, parts.length)];
  }

  /** Returns a copy of the counters of each part. */
  List<SpaceSaving.Counts> counts(long now) {
    advance(now);
    return Arrays.stream(parts).map(SpaceSaving::counts).toList();
  }

  /** Returns all keys that have a counter in some part, in no order. */
  static List<LimitedKey> merged(List<SpaceSaving.Counts> parts) {
    Map<String, long[]> beyondLeast = new HashMap<>();
    long least = 0;
    for (SpaceSaving.Counts part : parts) {
      least += part.least();
      for (int i = 0; i < part.keys().length; i++) {
        long[] sums = beyondLeast.computeIfAbsent(part.keys()[i], first -> new long[2]);
        sums[0] += part.counts()[i] - part.least();
        sums[1] += part.counts()[i] - part.errors()[i];
      }
    }
    List<LimitedKey> keys = new ArrayList<>(beyondLeast.size());
    for (Map.Entry<String, long[]> each : beyondLeast.entrySet()) {
      long upper = least + each.getValue()[0];
      long lower = each.getValue()[1];
      keys.add(new LimitedKey(each.getKey(), upper, upper - lower));
    }
    return keys;
  }
}
