package io.github.ratelimiter.cache;

import io.github.ratelimiter.Decision;
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
  private final Slots slots;
  private final StoreEvents events;
  private final LeaseReturns returns;
  private final KeyDecisions decisions;
  private final JointDecisions joints;
  private final List<StoreMeter> meters;
  private volatile boolean closed;

  AdmissionCache(AdmissionCacheBuilder settings) {
    super(settings.store);
    time = settings.timeSource;
    events = new StoreEvents(time.executor());
    returns = new LeaseReturns(settings.store, time, events);
    slots = new Slots(settings, this::replaced);
    Leases leases = new Leases(settings, slots, returns, events, () -> closed);
    decisions = new KeyDecisions(settings, slots, leases);
    joints = new JointDecisions(settings, slots, leases);
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
      return slot == null ? null : decisions.decideHere(slot, acquire.permits(), time.nowMicros());
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
    return decisions.decideHere(slot, permits, time.nowMicros());
  }

  private void checkOpen() {
    if (closed) {
      throw closed();
    }
  }

  // --- decisions of the store ------------------------------------------------------------------

  @Override
  public CompletionStage<Decision> decide(Request request, Deadline deadline) {
    if (closed) {
      return CompletableFuture.failedFuture(closed());
    }
    return switch (RequestUse.of(request)) {
      case DECIDE -> decisions.decide((Request.Acquire) request, deadline);
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
