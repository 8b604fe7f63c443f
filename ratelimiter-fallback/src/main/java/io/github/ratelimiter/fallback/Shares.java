package io.github.ratelimiter.fallback;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.local.internal.BoundedMap;
import io.github.ratelimiter.store.Fleet;
import io.github.ratelimiter.store.FleetStore;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * This instance's share of a policy. A limit is divided by the number of instances; what does not
 * divide goes to the first instances in an order that each key has of its own, by rendezvous
 * hashing: all instances work out the same order without a word.
 */
final class Shares {
  private static final int MOST_PARTS = 10_000;

  private record PartOf(Policy policy, int part, int count) {}

  private record Found(Optional<Policy> part) {}

  private final @Nullable Fleet told;
  private final @Nullable Members learned;
  private final int least;
  private final BoundedMap<PartOf, Found> parts = new BoundedMap<>(MOST_PARTS);

  /**
   * Shares.
   *
   * @param told the instances, if somebody named them
   * @param store lists them otherwise, if it can
   * @param least how many there are at least
   * @param time the clock
   */
  Shares(@Nullable Fleet told, @Nullable FleetStore store, int least, TimeSource time) {
    this.told = told;
    this.learned = told != null || store == null ? null : new Members(store, time);
    this.least = least;
  }

  /** Whether anybody will ever say how many instances there are. */
  boolean canBeKnown() {
    return told != null || learned != null || least > 1;
  }

  /** Whether anybody has said how many instances there are. */
  boolean areKnown() {
    return least > 1 || fleet() != null;
  }

  /** Whether there is more than one instance. */
  boolean areSeveral() {
    Fleet fleet = fleet();
    return least > 1 || (fleet != null && fleet.instances().size() > 1);
  }

  private @Nullable Fleet fleet() {
    return told != null || learned == null ? told : learned.kept();
  }

  /** The store has decided a request. */
  void storeDecided(long now) {
    if (learned != null) {
      learned.storeDecided(now);
    }
  }

  /** A request is decided without the store, or was until now. */
  void storeDidNotDecide() {
    if (learned != null) {
      learned.storeDidNotDecide();
    }
  }

  /** The share of a key; null if it cannot be counted exactly. */
  @Nullable Policy of(Policy policy, String key) {
    Fleet fleet = fleet();
    int known = fleet == null ? 1 : fleet.instances().size();
    int count = Math.max(known, least);
    // Of instances whose names nobody knows, none can tell whose turn it is: the last part has
    // nothing of what does not divide.
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

  /** How many instances come before this one for a key. */
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

  /** FNV-1a over the characters, then the finisher of SplitMix64: the same in every process. */
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
