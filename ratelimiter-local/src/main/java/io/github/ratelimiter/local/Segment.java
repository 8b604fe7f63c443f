package io.github.ratelimiter.local;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.store.KeyState;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A part of the table: slots with chains of entries. Changes require the lock of the segment. Reads
 * take no lock. A read may miss an entry that is being moved, but never returns a wrong entry.
 */
final class Segment {
  private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(Entry[].class);

  private static final int FIRST_SLOTS = 16;
  private static final int MAX_SLOTS = 1 << 28;

  /** The number of slots that each addition examines for entries to remove. */
  private static final int SWEPT_SLOTS = 4;

  /** The number of entries in the sample of an eviction. */
  private static final int SAMPLE = 8;

  /** Only keys that are chosen to collide make a longer chain. */
  private static final int SUSPICIOUS_CHAIN = 24;

  private final KeyTable table;
  private volatile @Nullable Entry[] slots = new Entry[FIRST_SLOTS];
  private int size;
  private int hand;

  /** The entry that the last addition evicted; null if it evicted none. */
  private @Nullable Entry evicted;

  /** The last instant at which an entry was removed. An earlier reading of the clock is stale. */
  volatile long droppedAt;

  /** After a suspicious chain, keys are hashed with this secret; 0 before. */
  private volatile long secret;

  Segment(KeyTable table) {
    this.table = table;
  }

  @Nullable Entry find(int spread, String key, Policy policy) {
    int hash = hash(spread, key, policy);
    @Nullable Entry[] slots = this.slots;
    Entry entry = (Entry) SLOT.getAcquire(slots, hash & (slots.length - 1));
    while (entry != null && entry.hash != hash) {
      entry = entry.next;
    }
    return entry == null || entry.is(hash, key, policy)
        ? entry
        : findAfter(entry, hash, key, policy);
  }

  /** The rare part of a search. A method of its own, so that the JIT inlines the other part. */
  private static @Nullable Entry findAfter(Entry other, int hash, String key, Policy policy) {
    Entry entry = other.next;
    while (entry != null && !entry.is(hash, key, policy)) {
      entry = entry.next;
    }
    return entry;
  }

  private int hash(int spread, String key, Policy policy) {
    long secret = this.secret;
    return secret == 0 ? spread : secretHash(secret ^ policy.hashCode(), key);
  }

  private static int secretHash(long secret, String key) {
    long hash = secret;
    for (int i = 0; i < key.length(); i++) {
      hash = (hash ^ key.charAt(i)) * (secret | 1);
      hash ^= hash >>> 32;
    }
    return (int) hash;
  }

  /**
   * Returns the entry of a key. Adds one if there is none, although all its permits are available.
   * Removes no other entry, because a caller that needs several would lose those that it has just
   * added; see {@link #afterAdding}.
   *
   * @return null if the key may have been removed after {@code now}
   */
  synchronized @Nullable Entry findOrAdd(int spread, String key, Policy policy, long now) {
    Entry entry = find(spread, key, policy);
    if (entry != null || now < droppedAt) {
      return entry;
    }
    var unused = table.grown();
    return insert(spread, key, new KeyState(policy));
  }

  /** Removes an entry that was added and not needed, or others in its place. */
  void afterAdding(Entry entry, long now) {
    Entry victim;
    synchronized (this) {
      evicted = null;
      if (entry.killIfFresh(now)) {
        drop(entry, now);
      } else {
        sweep(SWEPT_SLOTS, now);
        if (table.isOverfull()) {
          evict(now);
        }
      }
      victim = evicted;
    }
    if (victim != null) {
      table.evicted(victim);
    }
  }

  boolean add(int spread, String key, KeyState state, long now) {
    Entry victim;
    synchronized (this) {
      evicted = null;
      if (!tryAdd(spread, key, state, now)) {
        return false;
      }
      victim = evicted;
    }
    if (victim != null) {
      table.evicted(victim);
    }
    return true;
  }

  /** Requires the lock. */
  private boolean tryAdd(int spread, String key, KeyState state, long now) {
    if (now < droppedAt || find(spread, key, state.policy()) != null) {
      return false;
    }
    if (state.resetAfter(now) > 0) {
      sweep(SWEPT_SLOTS, now);
      if (table.grown()) {
        evict(now);
      }
      insert(spread, key, state);
    }
    return true;
  }

  /** Requires the lock, and that the key is not in the table. */
  private Entry insert(int spread, String key, KeyState state) {
    int hash = hash(spread, key, state.policy());
    Entry entry = Entry.of(key, hash, state);
    int chain = link(entry);
    size++;
    if (chain > SUSPICIOUS_CHAIN && secret == 0) {
      secret = ThreadLocalRandom.current().nextLong() | 1;
      rehash(slots.length);
    } else if (size > slots.length / 4 * 3 && slots.length < MAX_SLOTS) {
      rehash(2 * slots.length);
    }
    return entry;
  }

  synchronized boolean replace(Entry entry, BooleanSupplier kill, Supplier<Entry> by) {
    if (!kill.getAsBoolean()) {
      return false;
    }
    unlink(entry);
    link(by.get());
    return true;
  }

  synchronized void clockWentBack(long droppedAt) {
    if (this.droppedAt == droppedAt) {
      this.droppedAt = 0;
    }
  }

  @SuppressWarnings("EmptyMethod")
  synchronized void settle() {
    // The thread that kills an entry holds the lock until the entry is removed from its chain.
  }

  synchronized void sweepAll(long now) {
    sweep(slots.length, now);
  }

  /** Removes the entries with all permits available from the next slots. */
  private void sweep(int count, long now) {
    for (int i = 0; i < count; i++) {
      hand = (hand + 1) & (slots.length - 1);
      for (Entry entry = slots[hand]; entry != null; entry = entry.next) {
        if (entry.killIfFresh(now)) {
          drop(entry, now);
        }
      }
    }
  }

  /** Removes one entry of a sample: the one with the least time until all permits are available. */
  private void evict(long now) {
    Entry victim = null;
    long soonest = Long.MAX_VALUE;
    int seen = 0;
    for (int i = 0; i < slots.length && seen < SAMPLE; i++) {
      hand = (hand + 1) & (slots.length - 1);
      for (Entry entry = slots[hand]; entry != null; entry = entry.next) {
        if (entry.killIfFresh(now)) {
          drop(entry, now);
          return;
        }
        long resetAfter = entry.resetAfter(now);
        if (resetAfter < soonest) {
          soonest = resetAfter;
          victim = entry;
        }
        seen++;
      }
    }
    if (victim != null) {
      victim.kill();
      drop(victim, now);
      evicted = victim;
    }
  }

  private void drop(Entry entry, long now) {
    unlink(entry);
    size--;
    table.shrunk();
    droppedAt = Math.max(droppedAt, now);
  }

  /** Adds an entry at the head of its chain. Returns the length of the chain. */
  private int link(Entry entry) {
    int slot = entry.hash & (slots.length - 1);
    entry.next = slots[slot];
    SLOT.setRelease(slots, slot, entry);
    return chain(slot);
  }

  private int chain(int slot) {
    int length = 0;
    for (Entry entry = slots[slot]; entry != null; entry = entry.next) {
      length++;
    }
    return length;
  }

  synchronized int longestChain() {
    int longest = 0;
    for (int slot = 0; slot < slots.length; slot++) {
      longest = Math.max(longest, chain(slot));
    }
    return longest;
  }

  private void unlink(Entry entry) {
    int slot = entry.hash & (slots.length - 1);
    Entry before = slots[slot];
    if (before == entry) {
      SLOT.setRelease(slots, slot, entry.next);
      return;
    }
    while (before != null && before.next != entry) {
      before = before.next;
    }
    if (before != null) {
      before.next = entry.next;
    }
  }

  /** Moves all entries. A concurrent search may miss an entry; then it is repeated. */
  private void rehash(int length) {
    @Nullable Entry[] old = slots;
    @Nullable Entry[] moved = new Entry[length];
    for (int i = 0; i < old.length; i++) {
      Entry entry = old[i];
      while (entry != null) {
        final Entry following = entry.next;
        if (secret != 0) {
          entry.hash = secretHash(secret ^ entry.policy().hashCode(), entry.key);
        }
        int slot = entry.hash & (length - 1);
        entry.next = moved[slot];
        moved[slot] = entry;
        entry = following;
      }
    }
    hand &= length - 1;
    slots = moved;
  }
}
