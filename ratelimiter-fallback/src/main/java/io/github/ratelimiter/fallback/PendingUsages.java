package io.github.ratelimiter.fallback;

import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The pending usage of all keys, up to a maximum number of keys. Empty while there is no outage.
 * Thread-safe.
 */
final class PendingUsages {
  private final ConcurrentMap<PolicyKey, PendingUsage> usages = new ConcurrentHashMap<>();
  private final long maximumKeys;

  PendingUsages(long maximumKeys) {
    this.maximumKeys = maximumKeys;
  }

  boolean isEmpty() {
    return usages.isEmpty();
  }

  int size() {
    return usages.size();
  }

  @Nullable PendingUsage find(PolicyKey key) {
    return usages.get(key);
  }

  Iterator<Map.Entry<PolicyKey, PendingUsage>> iterator() {
    return usages.entrySet().iterator();
  }

  /**
   * Runs an action with the pending usage of a key, under its lock. If the maximum number of keys
   * is reached, a new key gets a pending usage that is not tracked: the key is decided as usual,
   * but the store is not charged.
   */
  <T> T with(PolicyKey key, Function<PendingUsage, T> action) {
    while (true) {
      PendingUsage usage = usages.get(key);
      if (usage == null) {
        usage =
            usages.size() < maximumKeys
                ? usages.computeIfAbsent(key, k -> new PendingUsage(true))
                : new PendingUsage(false);
      }
      synchronized (usage) {
        if (!usage.removed) {
          return action.apply(usage);
        }
      }
    }
  }

  /** Removes a key. Requires the lock of its pending usage. */
  void remove(PolicyKey key, PendingUsage usage) {
    usage.removed = true;
    usages.remove(key, usage);
  }
}
