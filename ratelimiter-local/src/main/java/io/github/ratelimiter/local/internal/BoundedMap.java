package io.github.ratelimiter.local.internal;

import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/*
 * The eviction is CLOCK, also called second chance (F. J. Corbato, "A Paging Experiment with the
 * Multics System", 1968).
 *
 *   state      a hash table, and a ring of all entries with a hand; each entry has a flag "used"
 *   read       sets the flag of the entry if it is not set; no lock
 *   addition   goes behind the hand, with the flag not set; if the map is full, the hand moves first:
 *              an entry that was used loses its flag and stays, the first other one is removed
 *
 * An entry that is read at least once in each turn of the hand is not evicted, whatever is added.
 * Additions and removals take the lock, so the bound is exact.
 */
/**
 * A map with a maximum number of entries. If an entry is added to a full map, an entry that was not
 * used recently is evicted. Entries that are read often remain, even during a flood of entries that
 * are read once.
 *
 * <p>Thread-safe. Reads take no lock; they write nothing except a flag. Additions and removals take
 * a lock for a short time. Keys and values must not be null.
 *
 * @param <K> the type of the keys; keys are compared with {@code equals}
 * @param <V> the type of the values
 */
public final class BoundedMap<K, V> {
  /**
   * The number of entries at which one eviction looks. It limits the time of an addition. Of more
   * entries in a row that were all used, the last one is evicted.
   */
  private static final int MAXIMUM_STEPS = 1_000;

  private static final class Entry<K, V> {
    final K key;
    volatile V value;
    volatile boolean used;

    // The neighbors in the ring. Guarded by the lock.
    Entry<K, V> before = this;
    Entry<K, V> after = this;

    Entry(K key, V value) {
      this.key = key;
      this.value = value;
    }

    V use() {
      if (!used) {
        used = true;
      }
      return value;
    }
  }

  private final ConcurrentMap<K, Entry<K, V>> entries = new ConcurrentHashMap<>();
  private final Object lock = new Object();
  private final long maximum;

  // Guarded by the lock. The hand is the entry at which the next eviction looks first.
  private @Nullable Entry<K, V> hand;
  private long size;

  /**
   * Creates an empty map.
   *
   * @param maximum the maximum number of entries, at least 1
   * @throws IllegalArgumentException if the maximum is less than 1
   */
  public BoundedMap(long maximum) {
    if (maximum < 1) {
      throw new IllegalArgumentException("maximum is " + maximum + "; it must be at least 1");
    }
    this.maximum = maximum;
  }

  /**
   * Returns the value of a key.
   *
   * @param key the key
   * @return the value; null if the map has none
   */
  public @Nullable V get(K key) {
    Entry<K, V> entry = entries.get(key);
    return entry == null ? null : entry.use();
  }

  /**
   * Returns the value of a key. If the map has none, a value is made and added.
   *
   * @param key the key
   * @param make makes a value; if several threads call it at the same time for the same key, one
   *     result is kept, and all of them return it
   * @return the value
   */
  public V get(K key, Function<? super K, ? extends V> make) {
    V found = get(key);
    if (found != null) {
      return found;
    }
    V made = Objects.requireNonNull(make.apply(key), "value");
    synchronized (lock) {
      Entry<K, V> other = entries.get(key);
      if (other != null) {
        return other.use();
      }
      add(new Entry<>(key, made));
      return made;
    }
  }

  /**
   * Sets the value of a key.
   *
   * @param key the key
   * @param value the value
   */
  public void put(K key, V value) {
    Objects.requireNonNull(value, "value");
    synchronized (lock) {
      Entry<K, V> entry = entries.get(key);
      if (entry == null) {
        add(new Entry<>(key, value));
      } else {
        entry.value = value;
        entry.used = true;
      }
    }
  }

  /**
   * Removes a key.
   *
   * @param key the key
   * @return the value that it had; null if the map had none
   */
  public @Nullable V remove(K key) {
    synchronized (lock) {
      Entry<K, V> entry = entries.get(key);
      if (entry == null) {
        return null;
      }
      remove(entry);
      return entry.value;
    }
  }

  /**
   * Returns the number of entries.
   *
   * @return at most the maximum
   */
  public long size() {
    synchronized (lock) {
      return size;
    }
  }

  /** Requires the lock. The key is not in the map. */
  private void add(Entry<K, V> entry) {
    if (size >= maximum) {
      evict();
    }
    Entry<K, V> next = hand;
    if (next == null) {
      hand = entry;
    } else {
      entry.before = next.before;
      entry.after = next;
      next.before.after = entry;
      next.before = entry;
    }
    entries.put(entry.key, entry);
    size++;
  }

  /** Requires the lock. Removes the first entry that was not used since the hand last passed it. */
  private void evict() {
    Entry<K, V> candidate = Objects.requireNonNull(hand);
    for (int step = 1; candidate.used && step < MAXIMUM_STEPS; step++) {
      candidate.used = false;
      candidate = candidate.after;
    }
    hand = candidate;
    remove(candidate);
  }

  /** Requires the lock. */
  private void remove(Entry<K, V> entry) {
    entries.remove(entry.key);
    entry.before.after = entry.after;
    entry.after.before = entry.before;
    if (hand == entry) {
      hand = size == 1 ? null : entry.after;
    }
    size--;
  }
}
