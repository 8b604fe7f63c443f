package io.github.ratelimiter.cache;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.store.Acquirer;
import org.jspecify.annotations.Nullable;

/** Acquires permits of one key. Keeps the slot of the key as long as it is in the table. */
final class CacheAcquirer implements Acquirer {
  private final AdmissionCache cache;
  private final String key;
  private final Policy policy;
  private volatile @Nullable Slot slot;

  CacheAcquirer(AdmissionCache cache, String key, Policy policy) {
    this.cache = cache;
    this.key = key;
    this.policy = policy;
  }

  @Override
  public @Nullable Decision tryAcquire(long permits) {
    Slot slot = this.slot;
    if (slot == null || slot.removed) {
      slot = cache.findSlot(key, policy);
      if (slot == null) {
        return null;
      }
      this.slot = slot;
    }
    return cache.decideHere(slot, permits);
  }
}
