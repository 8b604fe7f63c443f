package io.github.ratelimiter.local;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.Outcome;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.algorithm.BucketAlgorithm;
import io.github.ratelimiter.algorithm.Domain;
import io.github.ratelimiter.store.KeyState;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StoreDecision;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An entry with the state of one bucket in one {@code long}, which is changed by compare-and-set.
 * It belongs to one version of its policy. If another version has a counter of its own, or there is
 * a grant that can be returned, a {@link StateEntry} replaces it.
 */
final class WordEntry extends Entry {
  private static final VarHandle WORD;

  /** The word of a dead entry. The word of a bucket is never negative. */
  private static final long DEAD = -1;

  /** The word while a joint request decides, which takes a few hundred nanoseconds. */
  private static final long LOCKED = -2;

  private static final int SPINS = 64;

  static {
    try {
      WORD = MethodHandles.lookup().findVarHandle(WordEntry.class, "word", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  final Policy policy;
  private final BucketAlgorithm bucket;
  private volatile long word;

  WordEntry(String key, int hash, Policy policy, long word) {
    super(key, hash);
    this.policy = policy;
    this.bucket = Objects.requireNonNull(policy.wordBucket());
    this.word = word;
  }

  @Override
  Policy policy() {
    return policy;
  }

  /** Acquires permits: the most frequent call. Lock-free. Returns null if the entry is dead. */
  @Nullable Decision acquire(long permits, long now) {
    while (true) {
      long before = word;
      if (before < 0) {
        before = word();
        if (before == DEAD) {
          return null;
        }
      }
      long after = bucket.take(before, now, permits);
      if (after == before) {
        Outcome outcome = permits > bucket.capacity() ? Outcome.IMPOSSIBLE : Outcome.REFUSED;
        return StoreDecision.ofWord(policy, outcome, permits, before, now);
      }
      if (WORD.compareAndSet(this, before, after)) {
        return StoreDecision.ofWord(policy, Outcome.ALLOWED, permits, after, now);
      }
    }
  }

  /** Returns the word when no joint request decides: of a bucket, or {@link #DEAD}. */
  @SuppressWarnings("ThreadPriorityCheck") // The other thread may need this processor.
  private long word() {
    long word = this.word;
    for (int spins = 0; word == LOCKED; spins++) {
      if (spins < SPINS) {
        Thread.onSpinWait();
      } else {
        Thread.yield();
      }
      word = this.word;
    }
    return word;
  }

  /**
   * Locks the entry: until it is unlocked, no other thread decides on it or kills it.
   *
   * @return the state; null if the entry is dead
   */
  @Nullable KeyState lock() {
    while (true) {
      long before = word();
      if (before == DEAD) {
        return null;
      }
      // Made before the entry is locked: nothing may fail between the two.
      KeyState state = new KeyState(policy, before);
      if (WORD.compareAndSet(this, before, LOCKED)) {
        return state;
      }
    }
  }

  /** Unlocks the entry, with the state that it has from now on. */
  void unlock(KeyState state) {
    word = state.word();
  }

  /** Returns a copy of the state; null if the entry is dead. */
  @Nullable KeyState copy() {
    long word = word();
    return word == DEAD ? null : new KeyState(policy, word);
  }

  /** Makes the entry dead if it still has this state. Returns whether it did. */
  boolean killIfUnchanged(KeyState state) {
    return WORD.compareAndSet(this, state.word(), DEAD);
  }

  @Override
  @Nullable Decision decide(Request request, long now, KeyTable table) {
    long before = word();
    if (before == DEAD) {
      return null;
    }
    KeyState state = new KeyState(policy, before);
    Decision decision = state.decide(request, now);
    boolean done =
        state.policy() == policy && state.isWord()
            ? swap(before, state.word())
            : table.replace(this, () -> swap(before, DEAD), state);
    return done ? decision : null;
  }

  private boolean swap(long before, long after) {
    return before == after ? word == before : WORD.compareAndSet(this, before, after);
  }

  @Override
  long resetAfter(long now) {
    long word = this.word;
    if (word == LOCKED) {
      return Long.MAX_VALUE; // It is in use.
    }
    return word == DEAD ? 0 : bucket.resetAfter(word, Domain.instant(now));
  }

  @Override
  boolean killIfFresh(long now) {
    long word = this.word;
    return word >= 0
        && bucket.resetAfter(word, Domain.instant(now)) == 0
        && WORD.compareAndSet(this, word, DEAD);
  }

  @Override
  void kill() {
    long before = word();
    while (before != DEAD && !WORD.compareAndSet(this, before, DEAD)) {
      before = word();
    }
  }
}
