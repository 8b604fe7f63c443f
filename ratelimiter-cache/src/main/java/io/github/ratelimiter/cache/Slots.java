package io.github.ratelimiter.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.ratelimiter.Policy;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The slots of all keys, with a maximum of estimated memory. The slots of one key under several
 * policies form a chain. Thread-safe.
 */
final class Slots {
  private static final int SLOT_BYTES = 300;

  private final Cache<String, Slot> chains;

  /** Reads a chain without recording the use. */
  private final com.github.benmanes.caffeine.cache.Policy<String, Slot> quietly;

  private final Sightings sightings;
  private final long leaseMicros;
  private final Consumer<Slot> onReplaced;

  /**
   * Creates an empty map.
   *
   * @param onReplaced gets a slot that is replaced by one of another version of its policy
   */
  Slots(AdmissionCacheBuilder settings, Consumer<Slot> onReplaced) {
    long minimumWeight = Math.max(settings.maximumBytes / settings.maximumKeys, 1);
    this.chains =
        Caffeine.newBuilder()
            .maximumWeight(settings.maximumBytes)
            .weigher((String key, Slot slot) -> weigh(key, minimumWeight))
            .executor(Runnable::run)
            .evictionListener((key, slot, cause) -> evicted(slot))
            .build();
    this.quietly = chains.policy();
    this.sightings = new Sightings(settings.maximumKeys, settings.leaseMicros);
    this.leaseMicros = settings.leaseMicros;
    this.onReplaced = onReplaced;
  }

  private static void evicted(@Nullable Slot first) {
    if (first != null) {
      first.removeChain();
    }
  }

  private static int weigh(String key, long minimum) {
    return (int) Math.min(Math.max(SLOT_BYTES + 2L * key.length(), minimum), Integer.MAX_VALUE);
  }

  /**
   * Returns the slot of a key; null if there is none. The use is not recorded, which makes a
   * decision on a lease faster. It is recorded when the lease is renewed.
   */
  @Nullable Slot findQuietly(String key, Policy policy) {
    return inChain(quietly.getIfPresentQuietly(key), policy);
  }

  /** Returns the slot of a key; null if there is none. */
  @Nullable Slot find(String key, Policy policy) {
    return inChain(chains.getIfPresent(key), policy);
  }

  /** Returns the number of keys. Keys that are being evicted may count. */
  long keys() {
    return chains.estimatedSize();
  }

  /** Records that a slot is in use, so that it is not evicted. */
  void recordUse(Slot slot) {
    var unused = chains.getIfPresent(slot.key);
  }

  private static @Nullable Slot inChain(@Nullable Slot first, Policy policy) {
    Slot slot = first;
    while (slot != null && !slot.policy.equals(policy)) {
      slot = slot.next;
    }
    return slot;
  }

  /**
   * Returns the slot of a key that is requested. A key gets a slot with its second request within
   * two intervals; null if it has none yet.
   */
  @Nullable Slot requested(String key, Policy policy, long now) {
    Slot slot = find(key, policy);
    return slot == null && sightings.seenBefore(key, policy, now) ? findOrAdd(key, policy) : slot;
  }

  /** Returns the slot of a key, added if another thread has not added it. */
  private Slot findOrAdd(String key, Policy policy) {
    Slot added = new Slot(key, policy, Leases.lengthMicros(policy, leaseMicros));
    Slot chain =
        chains
            .asMap()
            .compute(
                key, (k, first) -> inChain(first, policy) != null ? first : prepend(added, first));
    Slot slot = inChain(chain, policy);
    return slot == null ? added : slot;
  }

  /** Puts a slot before a chain, and removes other versions of its policy from the chain. */
  private Slot prepend(Slot added, @Nullable Slot first) {
    String policyName = added.policy.name();
    for (Slot slot = first; slot != null; slot = slot.next) {
      if (slot.policy.name().equals(policyName)) {
        onReplaced.accept(slot);
      }
    }
    added.next = first == null ? null : first.without(policyName);
    return added;
  }
}
