package io.github.ratelimiter.simulation;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Counts how often each kind of event happened. */
final class Counts {
  private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);

  void add(Kind kind) {
    counts.merge(kind, 1L, Long::sum);
  }

  void add(Counts other) {
    other.counts.forEach((kind, count) -> counts.merge(kind, count, Long::sum));
  }

  long of(Kind kind) {
    return counts.getOrDefault(kind, 0L);
  }

  List<Kind> missing() {
    return Arrays.stream(Kind.values()).filter(kind -> of(kind) == 0).toList();
  }
}
