package io.github.ratelimiter.local;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.store.KeyState;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A part of the table: slots with chains of entries. Changes are made under the segment's lock;
 * readers take none, and may miss an entry that is being moved, but never take one for another.
 */
final class Segment {
  private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(Entry[].class);

  private static final int FIRST_SLOTS = 16;
  private static final int MAX_SLOTS = 1 << 28;

  /** How many slots every addition looks at: a full turn in a quarter of as many additions. */
  private static final int SWEPT_SLOTS = 4;

  /** How many entries an eviction chooses from. */
  private static final int SAMPLE = 8;

  /** No honest load makes a chain this long; keys chosen to collide do. */
  private static final int SUSPICIOUS_CHAIN = 24;

  private final KeyTable table;
  private volatile @Nullable Entry[] slots = new Entry[FIRST_SLOTS];
  private int size;
  private int hand;

  /** The entry that the last addition evicted. */
  private @Nullable Entry evicted;

  /**
   * The latest instant at which an entry was dropped: a reading of the clock from before is stale.
   */
  volatile long droppedAt;

  /** Once chains are suspicious, keys are hashed with this secret; until then it is 0. */
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

  /** What the search rarely comes to, apart from it so that the search stays small. */
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
    if (state.resetAfter(now) == 0) {
      return true;
    }
    sweep(SWEPT_SLOTS, now);
    if (table.grown()) {
      evict(now);
    }
    int hash = hash(spread, key, state.policy());
    int chain = link(Entry.of(key, hash, state));
    size++;
    if (chain > SUSPICIOUS_CHAIN && secret == 0) {
      secret = ThreadLocalRandom.current().nextLong() | 1;
      rehash(slots.length);
    } else if (size > slots.length / 4 * 3 && slots.length < MAX_SLOTS) {
      rehash(2 * slots.length);
    }
    return true;
  }

  synchronized boolean replace(Entry entry, BooleanSupplier kill, KeyState state) {
    if (!kill.getAsBoolean()) {
      return false;
    }
    unlink(entry);
    link(Entry.of(entry.key, entry.hash, state));
    return true;
  }

  synchronized void clockWentBack(long droppedAt) {
    if (this.droppedAt == droppedAt) {
      this.droppedAt = 0;
    }
  }

  @SuppressWarnings("EmptyMethod")
  synchronized void settle() {
    // Whoever kills an entry holds the lock until it is out of its chain.
  }

  synchronized void sweepAll(long now) {
    sweep(slots.length, now);
  }

  /** Drops what is fresh from the next slots. */
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

  /** Drops one entry of some: one that has become fresh, or else the one that is nearest to it. */
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

  /** Puts an entry at the head of its chain; the length of the chain is returned. */
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

  /** Moves all entries. A reader on its way through a chain may lose it, and asks again. */
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
