package io.github.ratelimiter.local;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.store.Acquirer;
import org.jspecify.annotations.Nullable;

/**
 * Acquires permits of one key. Keeps the entry of the key, and looks it up again when it is dead:
 * after an eviction, a sweep, a change of the policy, or permits that were granted before their
 * use.
 */
final class LocalAcquirer implements Acquirer {
  private final LocalStateStore store;
  private final String key;
  private final Policy policy;

  private volatile @Nullable WordEntry entry;

  LocalAcquirer(LocalStateStore store, String key, Policy policy) {
    this.store = store;
    this.key = key;
    this.policy = policy;
  }

  @Override
  public Decision tryAcquire(long permits) {
    store.checkOpen();
    WordEntry entry = this.entry;
    if (entry != null) {
      Decision decision = entry.acquire(permits, store.nowMicros());
      if (decision != null) {
        return decision;
      }
    }
    return lookUp(permits);
  }

  private Decision lookUp(long permits) {
    Decision decision = store.acquire(key, policy, permits);
    WordEntry found = store.findWord(key, policy);
    if (found != null) {
      entry = found;
    }
    return decision;
  }
}
