package io.github.ratelimiter.local;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.store.KeyState;
import io.github.ratelimiter.store.StoreEvent;
import io.github.ratelimiter.store.StoreEvents;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A bounded hash table of entries. Reading takes no lock and writes nothing, so that a hot key
 * costs what its own state costs; adding and removing lock one of many segments.
 *
 * <p>The bound costs readers nothing either: there is no order of use to keep. Every addition looks
 * at a few slots further on and drops the keys whose state has become that of a fresh key. Only if
 * the table is full of keys that still matter, one of them must go: of a sample the one that is
 * nearest to being fresh, so that a key at its limit outlives a flood of keys used once.
 */
final class KeyTable {
  private static final int MAX_SEGMENTS = 64;
  private static final int KEYS_PER_SEGMENT = 1 << 10;

  /** Leaves as many high bits of a hash as the most segments need. */
  private static final int SEGMENT_SHIFT =
      Integer.SIZE - Integer.numberOfTrailingZeros(MAX_SEGMENTS);

  private final Segment[] segments;
  private final long maximumKeys;
  private final StoreEvents events;
  private final AtomicLong keys = new AtomicLong();
  private final AtomicLong evictions = new AtomicLong();

  KeyTable(long maximumKeys, StoreEvents events) {
    this.events = events;
    this.maximumKeys = maximumKeys;
    int count = 1;
    while (count < MAX_SEGMENTS && (long) count * KEYS_PER_SEGMENT < maximumKeys) {
      count *= 2;
    }
    segments = new Segment[count];
    for (int i = 0; i < count; i++) {
      segments[i] = new Segment(this);
    }
  }

  private static int spread(String key, Policy policy) {
    // The golden ratio's multiplier: segments are picked by the high bits, slots by the low ones.
    int mixed = (key.hashCode() ^ policy.hashCode()) * 0x9E3779B9;
    return mixed ^ (mixed >>> 15);
  }

  private Segment segment(int spread) {
    return segments[(spread >>> SEGMENT_SHIFT) & (segments.length - 1)];
  }

  /** The entry of a key, or null: then it may still be there, and {@link #add} will find it. */
  @Nullable Entry find(String key, Policy policy) {
    int spread = spread(key, policy);
    return segment(spread).find(spread, key, policy);
  }

  /** The instant at which a key that is not in the table may have been dropped, at the latest. */
  long droppedAt(String key, Policy policy) {
    return segment(spread(key, policy)).droppedAt;
  }

  /** The clock, read after this segment's last drop, says less: forgets when that was. */
  void clockWentBack(String key, Policy policy, long droppedAt) {
    segment(spread(key, policy)).clockWentBack(droppedAt);
  }

  /**
   * Adds a key, unless its state is a fresh key's: there is nothing to remember then.
   *
   * @return false if the key was there, or may have been dropped after {@code now}
   */
  boolean add(String key, KeyState state, long now) {
    int spread = spread(key, state.policy());
    return segment(spread).add(spread, key, state, now);
  }

  /** Puts another entry in the place of this one, if it can be killed. */
  boolean replace(Entry entry, BooleanSupplier kill, KeyState state) {
    return segment(spread(entry.key, state.policy())).replace(entry, kill, state);
  }

  /** Waits until whoever killed an entry has taken it out of the table. */
  void settle(String key, Policy policy) {
    segment(spread(key, policy)).settle();
  }

  /** Drops every key whose state is a fresh key's. */
  void sweep(long now) {
    for (Segment segment : segments) {
      segment.sweepAll(now);
    }
  }

  long keys() {
    return keys.get();
  }

  long evictions() {
    return evictions.get();
  }

  int longestChain() {
    int longest = 0;
    for (Segment segment : segments) {
      longest = Math.max(longest, segment.longestChain());
    }
    return longest;
  }

  /** Counts one more; true if that is one too many. */
  boolean grown() {
    return keys.incrementAndGet() > maximumKeys;
  }

  void shrunk() {
    keys.decrementAndGet();
  }

  /** Called without a lock. */
  void evicted(Entry entry) {
    evictions.incrementAndGet();
    if (!events.isEmpty()) {
      events.publishOneOfMany(new StoreEvent.KeyEvicted(entry.policy(), entry.key));
    }
  }
}
