package io.github.ratelimiter.cache;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.algorithm.BucketAlgorithm;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What the cache knows of one key under one policy: the lease that it spends, the refusal that it
 * repeats, how much is asked for, and whether somebody has gone for a lease.
 */
final class Slot {
  /** So many permits tell how many are asked for. */
  private static final double TELLING = 16;

  final String key;
  final Policy policy;

  /** How long this policy's permits may be held; 0 if not at all. */
  final long leaseMicros;

  /** With this part of its time left a lease goes back: the store must hear of it in time. */
  final int lastPart;

  /** Whether a grant is taken back only if it was the last: others may stand on a bucket's debt. */
  private final boolean onlyLast;

  /** The same key under another policy. */
  volatile @Nullable Slot next;

  /** Whether another version of the policy has taken this one's place. */
  volatile boolean retired;

  volatile @Nullable Lease lease;
  volatile @Nullable Refusal refusal;

  /** Completes when the lease that is being asked for is there, or will not come. */
  final AtomicReference<@Nullable Renewal> renewal = new AtomicReference<>();

  /** Permits that the store said were left, when it was last asked. */
  private volatile long remaining;

  // Calls that found no lease, in the present interval and in the one before. Races lose a count
  // now and then: it decides whether a lease is worth while, not whether a permit is granted.
  private volatile long intervalStart;
  private volatile long asked;
  private volatile long askedBefore;

  Slot(String key, Policy policy, long leaseMicros) {
    this.key = key;
    this.policy = policy;
    this.leaseMicros = leaseMicros;
    this.onlyLast = hasBucket(policy);
    // What a bucket's lease would give back the next lease has mostly taken; what another's holds
    // others can have at once.
    this.lastPart = onlyLast ? 8 : 4;
  }

  private static boolean hasBucket(Policy policy) {
    for (int i = 0; i < policy.limits().size(); i++) {
      if (policy.algorithm(i) instanceof BucketAlgorithm) {
        return true;
      }
    }
    return false;
  }

  /** This chain without a policy's slot. Called under the lock of the key. */
  @Nullable Slot without(String policyName) {
    Slot rest = next == null ? null : next.without(policyName);
    if (policy.name().equals(policyName)) {
      return rest;
    }
    next = rest;
    return this;
  }

  /** Whether the store would take a lease back, as far as this instance knows; see leases.md. */
  boolean takesBack(Lease some) {
    return !onlyLast || (some == lease && renewal.get() == null);
  }

  void heard(long remaining) {
    this.remaining = remaining;
  }

  long remaining() {
    return remaining;
  }

  /** Counts permits that no lease could give. */
  @SuppressWarnings("NonAtomicVolatileUpdate")
  void missed(long permits, long now, long interval) {
    long age = now - intervalStart;
    if (age >= interval) {
      askedBefore = age < 2 * interval ? asked : 0;
      asked = 0;
      intervalStart = now;
    }
    asked += permits;
  }

  /** Permits that an interval is likely to ask for: none for a key that is asked for rarely. */
  long demand(long now, long interval) {
    long missed = Math.max(asked, askedBefore);
    Lease last = lease;
    if (last == null || now >= last.start + 2 * interval) {
      return missed;
    }
    // Spent since the lease came, carried on to a whole interval: a lease that was spent in a
    // tenth of its time is followed by one ten times as large. A few calls say little; then what
    // was expected before counts as well.
    long spent = last.spent();
    long elapsed = Math.max(now - last.since, Math.max(interval / 16, 1));
    double carried = (double) spent * interval / elapsed;
    double sure = Math.min((double) spent / TELLING, 1);
    return Math.max(missed, (long) (carried * sure + last.expected * (1 - sure)));
  }
}
