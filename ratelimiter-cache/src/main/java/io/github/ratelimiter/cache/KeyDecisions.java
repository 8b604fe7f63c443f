package io.github.ratelimiter.cache;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StateStore;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/*
 * An acquire is decided by the first of these:
 *
 *   lease     permits that the store has granted before; spent with one compare-and-set
 *   refusal   a refusal of the store, as long as the store cannot decide otherwise
 *   store     for a key with enough demand, one caller requests a lease that includes its own
 *             permits, and the others wait for it; for any other key, the plain request is sent.
 *             A key gets a slot with its second request within two intervals
 *
 * The store counts the permits of a lease as used at its end. Here the lease ends no later, because
 * its end is computed from the time before it was requested. So in any interval no more permits are
 * spent than the limit of the store. The size of a lease is the expected demand, but at most a share
 * of what the store has left. If little is left, there is no lease and the store decides each
 * request.
 */
/**
 * Decides acquires of one key: on a lease or a known refusal, otherwise by the store. Thread-safe.
 */
final class KeyDecisions {
  private final StateStore store;
  private final TimeSource time;
  private final Slots slots;
  private final Leases leases;
  private final long leaseMicros;
  private final long refusalMicros;

  KeyDecisions(AdmissionCacheBuilder settings, Slots slots, Leases leases) {
    this.store = settings.store;
    this.time = settings.timeSource;
    this.slots = slots;
    this.leases = leases;
    this.leaseMicros = settings.leaseMicros;
    this.refusalMicros = settings.mostRefusalMicros();
  }

  /** Decides on a slot in the table; returns null if the store must decide. */
  @Nullable Decision decideHere(Slot slot, long permits, long now) {
    Lease lease = slot.lease;
    if (lease != null && lease.spend(permits, now)) {
      if (lease.isLow(now)) {
        leases.renew(slot, now);
      }
      return lease.decision();
    }
    Refusal refusal = slot.refusal;
    return refusal != null && refusal.covers(permits, now) ? refusal.at(now) : null;
  }

  /** Decides an acquire, here or by the store. */
  CompletableFuture<Decision> decide(Request.Acquire request, Deadline deadline) {
    if (request.permits() > request.policy().capacity()) {
      // Impossible, and no demand that a lease could meet.
      return StateStore.send(store, request, deadline);
    }
    long now = time.nowMicros();
    Slot slot = slots.requested(request.key(), request.policy(), now);
    if (slot == null) {
      return StateStore.send(store, request, deadline);
    }
    // A caller may not have called tryDecide, and a lease may have arrived since.
    Decision decision = decideHere(slot, request.permits(), now);
    return decision != null
        ? CompletableFuture.completedFuture(decision)
        : acquire(slot, request, now, deadline);
  }

  private CompletableFuture<Decision> acquire(
      Slot slot, Request.Acquire request, long now, Deadline deadline) {
    slot.recordMiss(request.permits(), now, leaseMicros);
    Renewal renewal = slot.renewal.get();
    if (renewal != null) {
      // Another caller requests the lease. This one waits for it, and asks the store if the lease
      // does not have enough permits.
      leases.renewNow();
      return renewal.orUntil(deadline).thenCompose(done -> afterRenewal(slot, request, deadline));
    }
    long more = leases.permitsToLease(slot, now);
    return more == 0
        ? askStore(slot, request, now, deadline)
        : acquireWithLease(slot, request, more, now, deadline);
  }

  private CompletableFuture<Decision> afterRenewal(
      Slot slot, Request.Acquire request, Deadline deadline) {
    long now = time.nowMicros();
    Decision decision = decideHere(slot, request.permits(), now);
    return decision != null
        ? CompletableFuture.completedFuture(decision)
        : askStore(slot, request, now, deadline);
  }

  private CompletableFuture<Decision> askStore(
      Slot slot, Request.Acquire request, long now, Deadline deadline) {
    return StateStore.send(store, request, deadline)
        .thenApply(
            decision -> {
              slot.remember(decision, request.permits(), now, refusalMicros);
              return decision;
            });
  }

  /** Requests a lease that includes the permits of the caller. */
  private CompletableFuture<Decision> acquireWithLease(
      Slot slot, Request.Acquire request, long more, long now, Deadline deadline) {
    Renewal renewal = new Renewal();
    if (!slot.renewal.compareAndSet(null, renewal)) {
      return acquire(slot, request, now, deadline);
    }
    return leases
        .request(slot, request.permits(), more, now, deadline, renewal)
        .thenCompose(
            decision ->
                decision.allowed() && decision.source() == Source.STORE
                    ? CompletableFuture.completedFuture(decision)
                    // A lease needs the permits until its end; the plain request, only now.
                    : askStore(slot, request, time.nowMicros(), deadline));
  }
}
