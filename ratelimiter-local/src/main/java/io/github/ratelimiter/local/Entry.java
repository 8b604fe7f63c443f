package io.github.ratelimiter.local;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.store.KeyState;
import io.github.ratelimiter.store.Request;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the table: a key with its state. An entry that was removed from the table is dead
 * forever and decides nothing. A thread that still holds it looks up the key again. Thread-safe.
 */
abstract sealed class Entry permits WordEntry, StateEntry {
  final String key;

  /** The hash of key and policy name. Written under the lock of the segment, read as a hint. */
  int hash;

  volatile @Nullable Entry next;

  Entry(String key, int hash) {
    this.key = key;
    this.hash = hash;
  }

  /** Returns the smallest entry that can hold a state. */
  static Entry of(String key, int hash, KeyState state) {
    return state.isWord()
        ? new WordEntry(key, hash, state.policy(), state.word())
        : new StateEntry(key, hash, state);
  }

  /** Returns any version of the policy of the state. */
  abstract Policy policy();

  /**
   * Decides a request.
   *
   * @return null if the entry is dead, or if another thread changed it at the same time
   */
  abstract @Nullable Decision decide(Request request, long now, KeyTable table);

  /** Returns the time until all permits are available, in microseconds; 0 for a dead entry. */
  abstract long resetAfter(long now);

  /** Makes the entry dead if its state need not be kept. Returns whether it did. */
  abstract boolean killIfFresh(long now);

  /** Makes the entry dead. */
  abstract void kill();

  final boolean is(int hash, String key, Policy policy) {
    return this.hash == hash
        && this.key.equals(key)
        && (policy() == policy || policy().name().equals(policy.name()));
  }
}
