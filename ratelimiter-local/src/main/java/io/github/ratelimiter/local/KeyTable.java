package io.github.ratelimiter.local;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.internal.LimitedLog;
import io.github.ratelimiter.store.KeyState;
import io.github.ratelimiter.store.StoreEvent;
import io.github.ratelimiter.store.StoreEvents;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * A hash table of entries with a maximum size. A read takes no lock and writes nothing. Additions
 * and removals lock one of many segments. Thread-safe.
 *
 * <p>There is no order of use to maintain. Each addition examines a few more slots, and removes the
 * keys with all permits available: their state is that of a new key. If the table is full of other
 * keys, one of a sample is evicted: the one with the least time until all its permits are
 * available. So a key at its limit survives a flood of keys that are used once.
 */
final class KeyTable {
  private static final Logger LOG = LoggerFactory.getLogger(LocalStateStore.class);

  private static final int MAX_SEGMENTS = 64;
  private static final int KEYS_PER_SEGMENT = 1 << 10;

  /** Leaves the high bits of a hash that select one of the maximum number of segments. */
  private static final int SEGMENT_SHIFT =
      Integer.SIZE - Integer.numberOfTrailingZeros(MAX_SEGMENTS);

  private final Segment[] segments;
  private final long maximumKeys;
  private final StoreEvents events;
  private final AtomicLong keys = new AtomicLong();
  private final AtomicLong evictions = new AtomicLong();
  private final LimitedLog full;

  KeyTable(long maximumKeys, TimeSource time, StoreEvents events) {
    this.events = events;
    this.full = new LimitedLog(LOG, Level.WARN, LimitedLog.Rate.ONE_A_MINUTE, time);
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
    // Multiplies by the golden ratio. The high bits select a segment, the low bits a slot.
    int mixed = (key.hashCode() ^ policy.hashCode()) * 0x9E3779B9;
    return mixed ^ (mixed >>> 15);
  }

  private Segment segment(int spread) {
    return segments[(spread >>> SEGMENT_SHIFT) & (segments.length - 1)];
  }

  /** Returns the entry of a key, or null. Null may be wrong; then {@link #add} finds the entry. */
  @Nullable Entry find(String key, Policy policy) {
    int spread = spread(key, policy);
    return segment(spread).find(spread, key, policy);
  }

  /** Returns the last instant at which a key that is not in the table may have been removed. */
  long droppedAt(String key, Policy policy) {
    return segment(spread(key, policy)).droppedAt;
  }

  /** The clock went back since the last removal in a segment: drops the instant of the removal. */
  void clockWentBack(String key, Policy policy, long droppedAt) {
    segment(spread(key, policy)).clockWentBack(droppedAt);
  }

  /**
   * Adds a key, unless all its permits are available: then its state is that of a new key.
   *
   * @return false if the key is in the table, or may have been removed after {@code now}
   */
  boolean add(String key, KeyState state, long now) {
    int spread = spread(key, state.policy());
    return segment(spread).add(spread, key, state, now);
  }

  /** Returns the entry of a key, and adds one if there is none; null if {@code now} is stale. */
  @Nullable Entry findOrAdd(String key, Policy policy, long now) {
    int spread = spread(key, policy);
    return segment(spread).findOrAdd(spread, key, policy, now);
  }

  /** Removes an entry that was added and not needed, or others in its place. */
  void afterAdding(Entry entry, long now) {
    segment(spread(entry.key, entry.policy())).afterAdding(entry, now);
  }

  /** Replaces an entry by one with another state, if the entry can be killed. */
  boolean replace(Entry entry, BooleanSupplier kill, KeyState state) {
    return segment(spread(entry.key, state.policy()))
        .replace(entry, kill, () -> Entry.of(entry.key, entry.hash, state));
  }

  /** Replaces an entry by one that can hold every state. */
  void widen(WordEntry entry) {
    KeyState state = entry.copy();
    if (state != null) {
      segment(spread(entry.key, entry.policy))
          .replace(
              entry,
              () -> entry.killIfUnchanged(state),
              () -> new StateEntry(entry.key, entry.hash, state));
    }
  }

  /** Waits until the thread that killed an entry has removed it from the table. */
  void settle(String key, Policy policy) {
    segment(spread(key, policy)).settle();
  }

  /** Removes every key with all permits available. */
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

  /** Counts an addition. Returns whether the maximum is exceeded. */
  boolean grown() {
    return keys.incrementAndGet() > maximumKeys;
  }

  boolean isOverfull() {
    return keys.get() > maximumKeys;
  }

  void shrunk() {
    keys.decrementAndGet();
  }

  /** Counts an eviction, logs it, and publishes an event. Called without a lock. */
  void evicted(Entry entry) {
    long count = evictions.incrementAndGet();
    full.event()
        .addKeyValue("evictions", count)
        .addKeyValue("maximum_keys", maximumKeys)
        .log(
            "The store is full: a key with permits in use was evicted and has its whole limit"
                + " again. {} evictions so far. Increase maximumKeys.",
            count);
    if (!events.isEmpty()) {
      events.publishOneOfMany(new StoreEvent.KeyEvicted(entry.policy(), entry.key));
    }
  }
}
