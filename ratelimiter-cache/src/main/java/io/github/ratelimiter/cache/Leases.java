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
import java.util.function.Consumer;

/**
 * Takes leases: how large, how long, and when. Who spends the last part of a lease only notes that
 * it is to be renewed; an alarm soon afterwards goes for the leases of all keys noted by then, so
 * that they are sent together and none of their callers pays for it.
 */
final class Leases {
  /** A lease is this much shorter than the time in which a limit fills up again. */
  private static final int PART_OF_REFILL = 8;

  /** A log's lease is dated at its end: it keeps permits back by this part of its period. */
  private static final int PART_OF_PERIOD = 100;

  private static final long SHORTEST_LEASE = 1_000;

  /** An interval with fewer permits asked for is no reason to take a lease. */
  private static final long WORTHWHILE = 4;

  /** How many round trips to average over. */
  private static final int ROUND_TRIPS = 16;

  /** Renewals are collected for this part of a lease, and no longer than a moment. */
  private static final int PART_TO_COLLECT = 100;

  private static final long LONGEST_TO_COLLECT = 1_000;

  private record Due(Slot slot, Renewal renewal) {}

  private final TimeSource time;
  private final double share;
  private final long collectMicros;
  private final StateStore store;
  private final StoreEvents events;
  private final long timeoutMicros;
  private final Returns returns;
  private final Consumer<Slot> inUse;
  private final BooleanSupplier closed;
  private final Queue<Due> due = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean alarm = new AtomicBoolean();

  /** How long leases take to come, of late. */
  private volatile long roundTrip;

  Leases(
      AdmissionCacheBuilder builder,
      Returns returns,
      StoreEvents events,
      Consumer<Slot> inUse,
      BooleanSupplier closed) {
    this.time = builder.timeSource;
    this.share = builder.share;
    this.collectMicros = Math.min(builder.leaseMicros / PART_TO_COLLECT, LONGEST_TO_COLLECT);
    this.store = builder.store;
    this.events = events;
    this.timeoutMicros = builder.store.timeout().toNanos() / 1_000;
    this.returns = returns;
    this.inUse = inUse;
    this.closed = closed;
  }

  /** How long permits may be held: short against the time in which the limits fill up again. */
  static long micros(Policy policy, long wanted) {
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

  /** How many permits to lease now: what is likely to be asked for, 0 if that is not worth it. */
  long worth(Slot slot, long now) {
    long demand = slot.demand(now, slot.leaseMicros);
    if (demand < WORTHWHILE || slot.leaseMicros < SHORTEST_LEASE) {
      return 0;
    }
    long most = (long) (slot.remaining() * share);
    long permits = Math.min(demand + demand / 4, most);
    return permits < WORTHWHILE ? 0 : permits;
  }

  /** The lease in hand runs low: the next is fetched while callers still spend this one. */
  void renewAhead(Slot slot, long now) {
    if (slot.renewal.get() != null || worth(slot, now) == 0) {
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

  /** Goes at once for what is to be renewed: somebody waits. */
  void hurry() {
    if (!due.isEmpty()) {
      renewAll();
    }
  }

  private void renewAll() {
    alarm.set(false);
    for (Due next = due.poll(); next != null; next = due.poll()) {
      Slot slot = next.slot;
      long now = time.nowMicros();
      long permits = worth(slot, now);
      if (permits == 0 || closed.getAsBoolean()) {
        slot.renewal.set(null);
        next.renewal.complete(null);
      } else {
        inUse.accept(slot);
        var unused =
            take(slot, 0, permits, now, Deadline.afterMicros(timeoutMicros, time), next.renewal);
      }
    }
  }

  /**
   * Asks for a lease.
   *
   * @param own permits that the caller spends at once
   * @param more permits to be held
   * @param asked the time
   * @param deadline by when an answer is needed
   * @param renewal is the slot's, and completes when the lease is there or will not come
   */
  CompletableFuture<Decision> take(
      Slot slot, long own, long more, long asked, Deadline deadline, Renewal renewal) {
    renewal.asked(deadline);
    Request request =
        new Request.Lease(slot.key, slot.policy, Math.max(own, 1), own + more, slot.leaseMicros);
    return StateStore.ask(store, request, deadline)
        .whenComplete(
            (decision, failure) -> {
              if (decision != null && decision.source() == Source.STORE) {
                slot.heard(decision.remaining());
                StoreDecision.of(decision)
                    .grant()
                    .ifPresent(grant -> install(slot, decision, grant, own, asked));
              }
              slot.renewal.set(null);
              renewal.complete(null);
            });
  }

  private void install(Slot slot, Decision decision, Grant grant, long own, long asked) {
    long now = time.nowMicros();
    took(now - asked);
    long end = asked + grant.delayMicros() - time.lagMicros();
    Lease lease =
        new Lease(
            decision,
            grant,
            grant.permits() - own,
            asked,
            end,
            now,
            slot.lastPart,
            roundTrip + collectMicros,
            slot.lease);
    slot.refusal = null;
    slot.lease = lease;
    if (!events.isEmpty()) {
      events.publishOneOfMany(new StoreEvent.LeaseGranted(slot.policy, slot.key, grant.permits()));
    }
    returns.watch(slot, lease);
    if (closed.getAsBoolean() || slot.retired) {
      returns.giveBack(slot, lease);
    }
  }

  /** Races lose a measurement now and then. */
  @SuppressWarnings("NonAtomicVolatileUpdate")
  private void took(long micros) {
    roundTrip += (micros - roundTrip) / ROUND_TRIPS;
  }
}
