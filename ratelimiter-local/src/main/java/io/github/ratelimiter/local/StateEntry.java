package io.github.ratelimiter.local;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.store.KeyState;
import io.github.ratelimiter.store.Request;
import org.jspecify.annotations.Nullable;

/** An entry with any state. Its lock is held only for the computation of a decision. */
final class StateEntry extends Entry {
  private final KeyState state;
  private boolean dead;

  StateEntry(String key, int hash, KeyState state) {
    super(key, hash);
    this.state = state;
  }

  /** Takes no lock: all versions of the policy have the same name. */
  @Override
  Policy policy() {
    return state.policy();
  }

  @Override
  @Nullable Decision decide(Request request, long now, KeyTable table) {
    Decision decision;
    boolean word;
    synchronized (this) {
      if (dead) {
        return null;
      }
      decision = state.decide(request, now);
      word = state.isWord();
    }
    if (word) {
      shrink(table);
    }
    return decision;
  }

  /** Returns the state; null if the entry is dead. Requires the lock of this entry. */
  @Nullable KeyState locked() {
    return dead ? null : state;
  }

  /**
   * Replaces the entry by a smaller one if that can hold the state. The caller must not hold the
   * lock of this entry, because the lock of the segment must be taken first.
   */
  void shrink(KeyTable table) {
    table.replace(this, this::killIfWord, state);
  }

  /** Makes the entry dead if a smaller one can replace it. Returns whether it did. */
  private synchronized boolean killIfWord() {
    if (dead || !state.isWord()) {
      return false;
    }
    dead = true;
    return true;
  }

  @Override
  synchronized long resetAfter(long now) {
    return dead ? 0 : state.resetAfter(now);
  }

  @Override
  synchronized boolean killIfFresh(long now) {
    if (dead || state.keptFor(now) > 0) {
      return false;
    }
    dead = true;
    return true;
  }

  @Override
  synchronized void kill() {
    dead = true;
  }
}
