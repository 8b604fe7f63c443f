package io.github.ratelimiter.cache;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.Outcome;
import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.algorithm.BucketAlgorithm;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The state of one key under one policy: the present lease, the last refusal, the demand, and
 * whether a lease is being requested. Thread-safe.
 */
final class Slot {
  /** With this many spent permits, the demand is computed from them alone. */
  private static final double SUFFICIENT = 16;

  final String key;
  final Policy policy;

  /** The length of a lease of this policy; 0 if it has no leases. */
  final long leaseMicros;

  /** A lease is returned this part of its length before its end, so that it arrives in time. */
  final int returnPart;

  /** Whether the store takes back only the last grant: later ones depend on a bucket. */
  private final boolean onlyLastReturns;

  /** The slot of the same key under another policy. */
  volatile @Nullable Slot next;

  /**
   * Whether this slot is not in the table any more: it was evicted, or a slot of another version of
   * the policy has replaced it.
   */
  volatile boolean removed;

  volatile @Nullable Lease lease;
  volatile @Nullable Refusal refusal;

  /** The lease that is being requested; null if there is none. */
  final AtomicReference<@Nullable Renewal> renewal = new AtomicReference<>();

  /** The permits that remained in the store at its last answer. */
  private volatile long remaining;

  // The permits of requests that found no lease, in the present interval and in the one before.
  // Updates may be lost: they affect the size of a lease, and not whether a permit is granted.
  private volatile long intervalStart;
  private volatile long missed;
  private volatile long missedBefore;

  Slot(String key, Policy policy, long leaseMicros) {
    this.key = key;
    this.policy = policy;
    this.leaseMicros = leaseMicros;
    this.onlyLastReturns = hasBucket(policy);
    // The permits that a bucket takes back are mostly in the next lease already. Other limits give
    // them to other instances immediately, so they are returned earlier.
    this.returnPart = onlyLastReturns ? 8 : 4;
  }

  private static boolean hasBucket(Policy policy) {
    for (int i = 0; i < policy.limits().size(); i++) {
      if (policy.algorithm(i) instanceof BucketAlgorithm) {
        return true;
      }
    }
    return false;
  }

  /** Notes that this slot and those after it are not in the table any more. */
  void removeChain() {
    for (Slot slot = this; slot != null; slot = slot.next) {
      slot.removed = true;
    }
  }

  /** Removes the slots of a policy from this chain. Requires the lock of the key. */
  @Nullable Slot without(String policyName) {
    Slot rest = next == null ? null : next.without(policyName);
    if (policy.name().equals(policyName)) {
      return rest;
    }
    next = rest;
    return this;
  }

  /** Returns whether the store takes a lease back, as far as this instance knows; see leases.md. */
  boolean canReturn(Lease some) {
    return !onlyLastReturns || (some == lease && renewal.get() == null);
  }

  void setRemaining(long remaining) {
    this.remaining = remaining;
  }

  long remaining() {
    return remaining;
  }

  /**
   * Remembers what the store has said about this key.
   *
   * @param permits the permits that were requested
   * @param asked when the store was asked
   * @param refusalMicros how long a refusal is repeated at most
   */
  void remember(Decision decision, long permits, long asked, long refusalMicros) {
    if (decision.source() == Source.STORE) {
      remaining = decision.remaining();
      if (decision.outcome() == Outcome.REFUSED) {
        long until = asked + Math.min(decision.retryAfterMicros(), refusalMicros);
        refusal = Refusal.of(decision, permits, asked, until);
      }
    }
  }

  /** Counts the permits of a request that found no lease. */
  @SuppressWarnings("NonAtomicVolatileUpdate")
  void recordMiss(long permits, long now, long interval) {
    long age = now - intervalStart;
    if (age >= interval) {
      missedBefore = age < 2 * interval ? missed : 0;
      missed = 0;
      intervalStart = now;
    }
    missed += permits;
  }

  /** Estimates the permits that are requested in the next interval. */
  long demand(long now, long interval) {
    long misses = Math.max(missed, missedBefore);
    Lease last = lease;
    if (last == null || now >= last.times.start() + 2 * interval) {
      return misses;
    }
    // The permits spent since the lease arrived, extrapolated to a whole interval: after a lease
    // that was spent in a tenth of its time, the next is ten times as large. If only a few were
    // spent, the expectation for the last lease counts as well.
    long spent = last.spent();
    long elapsed = Math.max(now - last.times.received(), Math.max(interval / 16, 1));
    double extrapolated = (double) spent * interval / elapsed;
    double weight = Math.min((double) spent / SUFFICIENT, 1);
    return Math.max(misses, (long) (extrapolated * weight + last.expectedDemand * (1 - weight)));
  }
}
