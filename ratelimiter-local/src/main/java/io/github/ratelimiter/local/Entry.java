package io.github.ratelimiter.local;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.store.KeyState;
import io.github.ratelimiter.store.Request;
import org.jspecify.annotations.Nullable;

/**
 * One key of the table, with its state inside. An entry that was taken out of the table is dead,
 * for ever, and decides nothing any more: whoever still holds it looks the key up again.
 */
abstract sealed class Entry permits WordEntry, StateEntry {
  final String key;

  /** Of key and policy name; written under the segment's lock, read as a hint. */
  int hash;

  volatile @Nullable Entry next;

  Entry(String key, int hash) {
    this.key = key;
    this.hash = hash;
  }

  /** The smallest entry that holds a state. */
  static Entry of(String key, int hash, KeyState state) {
    return state.isWord()
        ? new WordEntry(key, hash, state.policy(), state.word())
        : new StateEntry(key, hash, state);
  }

  /** Any version of the policy that the state belongs to. */
  abstract Policy policy();

  /**
   * Decides a request.
   *
   * @return null if the entry is dead, or was not changed because another thread came first
   */
  abstract @Nullable Decision decide(Request request, long now, KeyTable table);

  /** How long until the state is a fresh key's; 0 for a dead entry. */
  abstract long resetAfter(long now);

  /** Makes the entry dead if its state is a fresh key's. */
  abstract boolean killIfFresh(long now);

  /** Makes the entry dead. */
  abstract void kill();

  final boolean is(int hash, String key, Policy policy) {
    return this.hash == hash
        && this.key.equals(key)
        && (policy() == policy || policy().name().equals(policy.name()));
  }
}
