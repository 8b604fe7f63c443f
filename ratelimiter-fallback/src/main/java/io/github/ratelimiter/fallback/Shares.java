package io.github.ratelimiter.fallback;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.local.internal.BoundedMap;
import io.github.ratelimiter.store.Fleet;
import io.github.ratelimiter.store.FleetStore;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Computes the share of a policy that belongs to this instance. A limit is divided by the number of
 * instances. The remainder goes to the first instances in an order that depends on the key
 * (rendezvous hashing), so all instances compute the same order without communication. Thread-safe.
 */
final class Shares {
  private static final int MAXIMUM_PARTS = 10_000;

  private record PartOf(Policy policy, int part, int count) {}

  /** A share; empty if the policy cannot be divided exactly. */
  private record Found(Optional<Policy> part) {}

  private final @Nullable Fleet configured;
  private final @Nullable KnownInstances learned;
  private final int least;
  private final BoundedMap<PartOf, Found> parts = new BoundedMap<>(MAXIMUM_PARTS);

  /**
   * Creates shares.
   *
   * @param configured the instances; null if they are not configured
   * @param store lists the instances if they are not configured; null if it cannot
   * @param least the minimum number of instances
   * @param time the clock
   */
  Shares(@Nullable Fleet configured, @Nullable FleetStore store, int least, TimeSource time) {
    this.configured = configured;
    this.learned = configured != null || store == null ? null : new KnownInstances(store, time);
    this.least = least;
  }

  /** Returns whether the number of instances is known, or can be learned later. */
  boolean canBeKnown() {
    return configured != null || learned != null || least > 1;
  }

  /** Returns whether the number of instances is known. */
  boolean areKnown() {
    return least > 1 || fleet() != null;
  }

  /** Returns whether there is more than one instance. */
  boolean areSeveral() {
    Fleet fleet = fleet();
    return least > 1 || (fleet != null && fleet.instances().size() > 1);
  }

  private @Nullable Fleet fleet() {
    return configured != null || learned == null ? configured : learned.current();
  }

  /** The store has decided a request. */
  void storeDecided(long now) {
    if (learned != null) {
      learned.storeDecided(now);
    }
  }

  /** A request is decided without the store, or an outage has just ended. */
  void storeDidNotDecide() {
    if (learned != null) {
      learned.storeDidNotDecide();
    }
  }

  /** Returns the share of a key; null if the policy cannot be divided exactly. */
  @Nullable Policy of(Policy policy, String key) {
    Fleet fleet = fleet();
    int known = fleet == null ? 1 : fleet.instances().size();
    int count = Math.max(known, least);
    // If the names of the instances are unknown, so is the order. Then this instance takes the
    // last part, which has nothing of the remainder.
    int part = fleet == null || known < count ? count - 1 : rank(fleet, policy.name(), key);
    if (count == 1) {
      return policy;
    }
    return parts.get(new PartOf(policy, part, count), Shares::find).part().orElse(null);
  }

  private static Found find(PartOf wanted) {
    try {
      return new Found(Optional.of(wanted.policy.part(wanted.part, wanted.count)));
    } catch (IllegalArgumentException e) {
      return new Found(Optional.empty());
    }
  }

  /** Returns the number of instances before this one in the order of a key. */
  static int rank(Fleet fleet, String policyName, String key) {
    long keyHash = hash(hash(0, policyName), key);
    long own = hash(keyHash, fleet.self());
    int rank = 0;
    for (String other : fleet.instances()) {
      long hash = hash(keyHash, other);
      if (hash < own || (hash == own && other.compareTo(fleet.self()) < 0)) {
        rank++;
      }
    }
    return rank;
  }

  /** FNV-1a over the characters, then the last step of SplitMix64. Every process gets the same. */
  private static long hash(long seed, String text) {
    long hash = seed ^ 0xcbf29ce484222325L;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
    }
    hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
    hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
    return hash ^ (hash >>> 31);
  }

  @Override
  public String toString() {
    Fleet fleet = fleet();
    int known = fleet == null ? 1 : fleet.instances().size();
    int count = Math.max(known, least);
    return count == 1 ? "the only instance" : "1 of " + count + " instances";
  }
}
