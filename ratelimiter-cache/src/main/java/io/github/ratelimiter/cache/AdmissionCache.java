package io.github.ratelimiter.cache;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.Status;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.store.Acquirer;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.ForwardingStore;
import io.github.ratelimiter.store.JointRequest;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StateStore;
import io.github.ratelimiter.store.StoreEvents;
import io.github.ratelimiter.store.StoreListener;
import io.github.ratelimiter.store.StoreMeter;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
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
 * A cache of permits in front of a store. It decides frequent keys in this process, on permits that
 * it has leased from the store: never above the limit, in any interval, over all instances
 * together.
 *
 * <p>The {@link Decision#source()} shows which decisions were made here. For a decision on a lease,
 * {@code remaining} is what the store had left when it granted the lease, plus what the lease has
 * left. It is at most as old as the lease. For a repeated refusal, {@code retryAfter} is at most
 * the {@code retryAfter} of the store.
 *
 * <p>{@code tryAcquire} with a {@code maxWait}, {@code peek}, {@code refund} and {@code reset} are
 * decided by the store.
 *
 * <p>Thread-safe. It has no thread of its own.
 */
public final class AdmissionCache extends ForwardingStore {
  private final TimeSource time;
  private final long leaseMicros;
  private final long refusalMicros;
  private final Slots slots;
  private final Sightings sightings;
  private final StoreEvents events;
  private final LeaseReturns returns;
  private final Leases leases;
  private final JointDecisions joints;
  private final List<StoreMeter> meters;
  private volatile boolean closed;

  AdmissionCache(AdmissionCacheBuilder settings) {
    super(settings.store);
    time = settings.timeSource;
    leaseMicros = settings.leaseMicros;
    refusalMicros = Math.min(settings.refusalMicros, leaseMicros);
    events = new StoreEvents(time.executor());
    returns = new LeaseReturns(settings.store, time, events);
    slots = new Slots(settings, this::replaced);
    sightings = new Sightings(settings.maximumKeys, leaseMicros);
    leases = new Leases(settings, slots, returns, events, () -> closed);
    joints = new JointDecisions(settings, slots, sightings, leases, refusalMicros);
    meters = metersWith(StoreMeter.gauge("cache.keys", "Keys in the admission cache", slots::keys));
  }

  /**
   * Returns a cache with the default settings: leases of 100 ms, on the system's clock.
   *
   * @param store grants leases, and decides all other requests; it is not closed with the cache
   * @return the cache
   */
  public static AdmissionCache of(StateStore store) {
    return around(store).build();
  }

  /**
   * Returns a builder of a cache.
   *
   * @param store grants leases, and decides all other requests; it is not closed with the cache
   * @return a new builder
   */
  public static AdmissionCacheBuilder around(StateStore store) {
    return new AdmissionCacheBuilder(store);
  }

  // --- decisions in this process ---------------------------------------------------------------

  @Override
  public @Nullable Decision tryDecide(Request request) {
    checkOpen();
    if (request instanceof Request.Acquire acquire) {
      Slot slot = slots.findQuietly(acquire.key(), acquire.policy());
      return slot == null ? null : decideHere(slot, acquire.permits(), time.nowMicros());
    }
    return null;
  }

  @Override
  public Acquirer acquirer(String key, Policy policy) {
    return new CacheAcquirer(this, key, policy);
  }

  /** Returns the slot of a key; null if there is none. */
  @Nullable Slot findSlot(String key, Policy policy) {
    checkOpen();
    return slots.findQuietly(key, policy);
  }

  /** Decides on a slot in the table; returns null if the store must decide. */
  @Nullable Decision decideHere(Slot slot, long permits) {
    checkOpen();
    return decideHere(slot, permits, time.nowMicros());
  }

  private void checkOpen() {
    if (closed) {
      throw closed();
    }
  }

  private @Nullable Decision decideHere(Slot slot, long permits, long now) {
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

  // --- decisions of the store ------------------------------------------------------------------

  @Override
  public CompletionStage<Decision> decide(Request request, Deadline deadline) {
    if (closed) {
      return CompletableFuture.failedFuture(closed());
    }
    return switch (RequestUse.of(request)) {
      case DECIDE -> acquire((Request.Acquire) request, deadline);
      case DROP_REFUSAL -> {
        dropRefusal(request);
        yield send(request, deadline);
      }
      case DROP_ALL -> {
        dropRefusal(request);
        dropLease(request);
        yield send(request, deadline);
      }
      case RETURN_LEASE -> {
        dropRefusal(request);
        returnLease(request);
        yield send(request, deadline);
      }
      case FORWARD -> send(request, deadline);
    };
  }

  private CompletableFuture<Decision> send(Request request, Deadline deadline) {
    return StateStore.send(delegate(), request, deadline);
  }

  private CompletionStage<Decision> acquire(Request.Acquire request, Deadline deadline) {
    if (request.permits() > request.policy().capacity()) {
      return send(request, deadline); // Impossible, and no demand that a lease could meet.
    }
    long now = time.nowMicros();
    Slot slot = slots.find(request.key(), request.policy());
    if (slot == null) {
      if (!sightings.seenBefore(request.key(), request.policy(), now)) {
        return send(request, deadline);
      }
      slot = slots.findOrAdd(request.key(), request.policy());
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
    return send(request, deadline)
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

  // --- joint requests --------------------------------------------------------------------------

  @Override
  public @Nullable List<Decision> tryDecideAll(JointRequest request) {
    checkOpen();
    return joints.tryDecide(request);
  }

  /**
   * {@inheritDoc}
   *
   * <p>Parts with a lease that lasts until the deadline are decided here, and the store decides the
   * others. If it refuses, the permits are given back to their leases. If a part is known to be
   * refused, the store only peeks at the others.
   */
  @Override
  public CompletionStage<List<Decision>> decideAll(JointRequest request, Deadline deadline) {
    return closed ? CompletableFuture.failedFuture(closed()) : joints.decide(request, deadline);
  }

  // --- changes ---------------------------------------------------------------------------------

  private void dropRefusal(Request request) {
    Slot slot = slots.find(request.key(), request.policy());
    if (slot != null) {
      slot.refusal = null;
    }
  }

  private void dropLease(Request request) {
    Slot slot = slots.find(request.key(), request.policy());
    Lease lease = slot == null ? null : slot.lease;
    if (lease != null) {
      lease.discard();
    }
  }

  /** The usage of the key stays, so the store takes back what was not spent. */
  private void returnLease(Request request) {
    Slot slot = slots.find(request.key(), request.policy());
    if (slot == null) {
      return;
    }
    for (Lease lease = slot.lease; lease != null; lease = lease.older()) {
      returns.returnLease(slot, lease);
    }
  }

  /** A slot of another version of the policy replaces a slot. Its lease is returned. */
  private void replaced(Slot slot) {
    slot.removed = true;
    returns.returnLease(slot, slot.lease);
  }

  private static IllegalStateException closed() {
    return new IllegalStateException("the admission cache is closed");
  }

  @Override
  public Status status() {
    return closed ? new Status.Closed() : super.status();
  }

  @Override
  public List<StoreMeter> meters() {
    return meters;
  }

  @Override
  public void addListener(StoreListener listener) {
    events.add(listener);
    super.addListener(listener);
  }

  @Override
  public void removeListener(StoreListener listener) {
    events.remove(listener);
    super.removeListener(listener);
  }

  /**
   * Returns all leases to the store. Does not wait until they have arrived. Does not close the
   * store.
   */
  @Override
  public void close() {
    closed = true;
    returns.returnAll();
  }

  @Override
  public String toString() {
    return "admission cache -> " + delegate();
  }
}
