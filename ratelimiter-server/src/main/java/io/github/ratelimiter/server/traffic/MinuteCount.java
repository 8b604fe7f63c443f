package io.github.ratelimiter.server.traffic;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts what was allowed and refused in the present part of ten seconds and the five before it, as
 * {@link io.github.ratelimiter.observe.TopLimitedKeys} does. Thread-safe, without locks: a part
 * that is too old is replaced by the first call of a new one.
 */
final class MinuteCount {
  static final int PARTS = 6;

  private static final long PART_MICROS = 10_000_000;

  /** Both counts of a part of the time; its number counts from the epoch. */
  private record Part(long number, LongAdder allowed, LongAdder refused) {}

  private final AtomicReferenceArray<@Nullable Part> parts = new AtomicReferenceArray<>(PARTS);

  void add(boolean allowed, long now) {
    Part part = part(Math.floorDiv(now, PART_MICROS));
    (allowed ? part.allowed() : part.refused()).increment();
  }

  private Part part(long number) {
    int place = Math.floorMod(number, PARTS);
    Part found = parts.get(place);
    if (found != null && found.number() == number) {
      return found;
    }
    Part fresh = new Part(number, new LongAdder(), new LongAdder());
    return parts.compareAndSet(place, found, fresh) ? fresh : part(number);
  }

  RuleTraffic read(String rule, long now) {
    long present = Math.floorDiv(now, PART_MICROS);
    long allowed = 0;
    long refused = 0;
    for (int i = 0; i < PARTS; i++) {
      Part part = parts.get(i);
      if (part != null && part.number() > present - PARTS && part.number() <= present) {
        allowed += part.allowed().sum();
        refused += part.refused().sum();
      }
    }
    return new RuleTraffic(rule, allowed, refused);
  }
}
