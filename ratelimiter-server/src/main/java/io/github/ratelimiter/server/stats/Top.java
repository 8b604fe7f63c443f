package io.github.ratelimiter.server.stats;

import io.github.ratelimiter.internal.SpaceSaving;
import io.github.ratelimiter.server.stats.GlobalStats.Limited;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Adds up sketches of parts of a time, or of instances. In each of them a name has an upper and a
 * lower bound. One that is absent has the least count of the sketch and 0. The sums of them are
 * bounds of the whole. Not thread-safe.
 */
final class Top {
  private static final Comparator<Limited> MOST_FIRST =
      Comparator.comparingLong(Limited::rejected)
          .reversed()
          .thenComparingLong(Limited::error)
          .thenComparing(Limited::name);

  /** By how much a name is beyond the least counts, and how much is certain. */
  private final Map<String, long[]> names = new HashMap<>();

  private long least;

  void add(SpaceSaving.Counts sketch) {
    addLeast(sketch.least());
    for (int i = 0; i < sketch.keys().length; i++) {
      add(
          sketch.keys()[i],
          sketch.counts()[i] - sketch.least(),
          sketch.counts()[i] - sketch.errors()[i]);
    }
  }

  void add(String name, long beyondLeast, long certain) {
    long[] sums = names.computeIfAbsent(name, first -> new long[2]);
    sums[0] += beyondLeast;
    sums[1] += certain;
  }

  void add(Top other) {
    addLeast(other.least);
    other.names.forEach((name, sums) -> add(name, sums[0], sums[1]));
  }

  void addLeast(long count) {
    least += count;
  }

  List<Limited> most(int number) {
    return names.entrySet().stream()
        .map(
            each -> {
              long upper = least + each.getValue()[0];
              return new Limited(each.getKey(), upper, upper - each.getValue()[1]);
            })
        .sorted(MOST_FIRST)
        .limit(number)
        .toList();
  }
}
