package io.github.ratelimiter.cache;

import io.github.ratelimiter.Policy;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Remembers which keys were requested in the present interval or in the one before, in a fixed
 * amount of memory. Most keys of a long tail are requested once, and a slot for each of them costs
 * more than the request. Thread-safe.
 *
 * <p>It forgets a key when another one takes its place, and may take one key for another, or an old
 * request for a recent one. This only affects when a key gets a slot.
 */
final class Sightings {
  private static final VarHandle SEEN = MethodHandles.arrayElementVarHandle(int[].class);

  private static final int LEAST = 1 << 12;
  private static final int MOST = 1 << 16;
  private static final int INTERVAL_BITS = 8;
  private static final int INTERVAL_MASK = (1 << INTERVAL_BITS) - 1;

  /** For each place, the hash of the last key and the last bits of the interval. */
  private final int[] seen;

  private final long intervalMicros;

  Sightings(long maximumKeys, long intervalMicros) {
    int size = LEAST;
    while (size < MOST && size < maximumKeys) {
      size *= 2;
    }
    this.seen = new int[size];
    this.intervalMicros = intervalMicros;
  }

  /** Records a request. Returns whether the key was seen in this interval or in the one before. */
  boolean seenBefore(String key, Policy policy, long now) {
    int hash = (key.hashCode() ^ policy.hashCode()) * 0x9E3779B9;
    int place = hash & (seen.length - 1);
    int interval = (int) (now / intervalMicros) & INTERVAL_MASK;
    int present = (hash & ~INTERVAL_MASK) | interval;
    int before = (int) SEEN.getOpaque(seen, place);
    if (before != present) {
      SEEN.setOpaque(seen, place, present);
    }
    int age = (interval - before) & INTERVAL_MASK;
    return (before ^ present) >>> INTERVAL_BITS == 0 && age <= 1;
  }
}
