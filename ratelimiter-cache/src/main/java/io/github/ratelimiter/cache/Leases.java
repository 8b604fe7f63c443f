package io.github.ratelimiter.cache;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.Limit;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.SlidingLog;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.Grant;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StateStore;
import io.github.ratelimiter.store.StoreDecision;
import io.github.ratelimiter.store.StoreEvent;
import io.github.ratelimiter.store.StoreEvents;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * Requests leases. Computes their size and length. When a lease is low, a caller only adds its slot
 * to a queue. An alarm soon afterwards requests the leases of all slots in the queue together, so
 * no caller waits for them. Thread-safe.
 */
final class Leases {
  /** A lease is at most this part of the time in which a limit is full again. */
  private static final int PART_OF_REFILL = 8;

  /** A lease of a sliding log is this part of its period: its permits count from its end. */
  private static final int PART_OF_PERIOD = 100;

  private static final long MINIMUM_MICROS = 1_000;

  /** A smaller lease is not requested. */
  private static final long MINIMUM_PERMITS = 4;

  /** The number of round trips in the moving average. */
  private static final int AVERAGED_ROUND_TRIPS = 16;

  /** Renewals are collected for this part of a lease, but at most for 1 ms. */
  private static final int PART_TO_COLLECT = 100;

  private static final long MAXIMUM_COLLECT_MICROS = 1_000;

  private record Due(Slot slot, Renewal renewal) {}

  private final TimeSource time;
  private final double share;
  private final long collectMicros;
  private final StateStore store;
  private final StoreEvents events;
  private final long timeoutMicros;
  private final LeaseReturns returns;
  private final Slots slots;
  private final BooleanSupplier closed;
  private final Queue<Due> due = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean alarm = new AtomicBoolean();

  /** The average time in which the store grants a lease. */
  private volatile long roundTrip;

  Leases(
      AdmissionCacheBuilder settings,
      Slots slots,
      LeaseReturns returns,
      StoreEvents events,
      BooleanSupplier closed) {
    this.time = settings.timeSource;
    this.share = settings.share;
    this.collectMicros = Math.min(settings.leaseMicros / PART_TO_COLLECT, MAXIMUM_COLLECT_MICROS);
    this.store = settings.store;
    this.slots = slots;
    this.events = events;
    this.timeoutMicros = settings.store.timeout().toNanos() / 1_000;
    this.returns = returns;
    this.closed = closed;
  }

  /** Returns the length of a lease: short compared with the time in which the limits refill. */
  static long lengthMicros(Policy policy, long wanted) {
    long micros = wanted;
    for (Limit limit : policy.limits()) {
      long period = limit.period().toNanos() / 1_000;
      if (limit.permits() == 0) {
        return 0;
      }
      micros =
          Math.min(
              micros,
              limit instanceof SlidingLog
                  ? period / PART_OF_PERIOD
                  : (long) ((double) limit.capacity() / limit.permits() * period) / PART_OF_REFILL);
    }
    return micros;
  }

  /** Returns the permits to lease now: the expected demand and a quarter; 0 for no lease. */
  long permitsToLease(Slot slot, long now) {
    long demand = slot.demand(now, slot.leaseMicros);
    if (demand < MINIMUM_PERMITS || slot.leaseMicros < MINIMUM_MICROS) {
      return 0;
    }
    long most = (long) (slot.remaining() * share);
    long permits = Math.min(demand + demand / 4, most);
    return permits < MINIMUM_PERMITS ? 0 : permits;
  }

  /** The lease is low: the next one is requested while callers still spend this one. */
  void renew(Slot slot, long now) {
    if (slot.renewal.get() != null || permitsToLease(slot, now) == 0) {
      return;
    }
    Renewal renewal = new Renewal();
    if (slot.renewal.compareAndSet(null, renewal)) {
      due.add(new Due(slot, renewal));
      if (!alarm.get() && alarm.compareAndSet(false, true)) {
        var unused = time.after(collectMicros).thenRun(this::renewAll);
      }
    }
  }

  /** Requests the leases in the queue immediately, because a caller waits. */
  void renewNow() {
    if (!due.isEmpty()) {
      renewAll();
    }
  }

  private void renewAll() {
    alarm.set(false);
    for (Due next = due.poll(); next != null; next = due.poll()) {
      Slot slot = next.slot;
      long now = time.nowMicros();
      long permits = permitsToLease(slot, now);
      if (permits == 0 || closed.getAsBoolean()) {
        slot.renewal.set(null);
        next.renewal.complete(null);
      } else {
        slots.recordUse(slot);
        var unused =
            request(slot, 0, permits, now, Deadline.afterMicros(timeoutMicros, time), next.renewal);
      }
    }
  }

  /**
   * Requests a lease.
   *
   * @param own the permits that the caller spends immediately
   * @param more the permits to hold
   * @param now the present
   * @param deadline the deadline of the caller
   * @param renewal the renewal of the slot; it completes when the lease has arrived, or will not
   *     arrive
   */
  CompletableFuture<Decision> request(
      Slot slot, long own, long more, long now, Deadline deadline, Renewal renewal) {
    renewal.requested(deadline);
    Request request =
        new Request.Lease(slot.key, slot.policy, Math.max(own, 1), own + more, slot.leaseMicros);
    return StateStore.send(store, request, deadline)
        .whenComplete(
            (decision, failure) -> {
              if (decision != null && decision.source() == Source.STORE) {
                slot.setRemaining(decision.remaining());
                StoreDecision.of(decision)
                    .grant()
                    .ifPresent(grant -> received(slot, decision, grant, own, now));
              }
              slot.renewal.set(null);
              renewal.complete(null);
            });
  }

  private void received(Slot slot, Decision decision, Grant grant, long own, long start) {
    long now = time.nowMicros();
    recordRoundTrip(now - start);
    LeaseTimes times =
        LeaseTimes.of(slot, grant, start, now, time.lagMicros(), roundTrip + collectMicros);
    Lease lease = new Lease(decision, grant, own, times, slot.lease);
    slot.refusal = null;
    slot.lease = lease;
    if (!events.isEmpty()) {
      events.publishOneOfMany(new StoreEvent.LeaseGranted(slot.policy, slot.key, grant.permits()));
    }
    returns.watch(slot, lease);
    if (closed.getAsBoolean() || slot.removed) {
      returns.returnLease(slot, lease);
    }
  }

  /** A concurrent update may be lost. */
  @SuppressWarnings("NonAtomicVolatileUpdate")
  private void recordRoundTrip(long micros) {
    roundTrip += (micros - roundTrip) / AVERAGED_ROUND_TRIPS;
  }
}
