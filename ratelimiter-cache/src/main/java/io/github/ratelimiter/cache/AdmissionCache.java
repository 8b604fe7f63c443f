package io.github.ratelimiter.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.Outcome;
import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.Status;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.ForwardingStore;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StateStore;
import io.github.ratelimiter.store.StoreEvents;
import io.github.ratelimiter.store.StoreListener;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/*
 * Where a permit comes from, in the order in which it is tried:
 *
 *   lease     taken from the store before, spent here by one compare-and-set
 *   refusal   the store's own, while it cannot have changed
 *   store     a key that is asked for often: one caller takes a lease, its own permits included, and
 *             the others wait for it; any other key: the plain request
 *
 * A lease counts as used at its end, in the store, and ends here no later than there: its end is
 * counted from before it was asked for. So in any interval no more is spent than the store's limit
 * admits. Its size is what the key was asked for of late, at most a share of what the store has left:
 * near exhaustion that is nothing, and every decision is the store's own.
 */
/**
 * Decides hot keys in this process, on permits that were taken from the store first: never above
 * the limit, in any interval, over all instances together. Thread-safe; no thread of its own.
 *
 * <p>A decision that was made here says so in its {@link Decision#source()}. Its {@code remaining}
 * is what the store had left when the lease was taken plus what the lease has left, so it may be as
 * old as the lease; {@code retryAfter} of a repeated refusal is at most as long as the store's own.
 *
 * <p>{@code tryAcquire} with a {@code maxWait}, {@code peek}, {@code refund} and {@code reset} go
 * to the store.
 */
public final class AdmissionCache extends ForwardingStore {
  private static final int SLOT_BYTES = 300;

  private final TimeSource time;
  private final long leaseMicros;
  private final long refusalMicros;
  private final Cache<String, Slot> slots;

  /** To read a slot without noting that: a hit is not news, and a lease's renewal is noted. */
  private final com.github.benmanes.caffeine.cache.Policy<String, Slot> quietly;

  private final StoreEvents events;
  private final Returns returns;
  private final Leases leases;
  private volatile boolean closed;

  AdmissionCache(AdmissionCacheBuilder builder) {
    super(builder.store);
    time = builder.timeSource;
    events = new StoreEvents(time.executor());
    leaseMicros = builder.leaseMicros;
    refusalMicros = Math.min(builder.refusalMicros, leaseMicros);
    returns = new Returns(builder.store, time, events);
    leases = new Leases(builder, returns, events, this::note, () -> closed);
    long least = Math.max(builder.maximumBytes / builder.maximumKeys, 1);
    slots =
        Caffeine.newBuilder()
            .maximumWeight(builder.maximumBytes)
            .weigher((String key, Slot slot) -> weigh(key, least))
            .executor(Runnable::run)
            .build();
    quietly = slots.policy();
  }

  private static int weigh(String key, long least) {
    return (int) Math.min(Math.max(SLOT_BYTES + 2L * key.length(), least), Integer.MAX_VALUE);
  }

  /**
   * A cache around a store, with leases of 100 ms, on the system's clock.
   *
   * @param store what decides in the end; closing it stays the caller's
   * @return the cache
   */
  public static AdmissionCache of(StateStore store) {
    return around(store).build();
  }

  /**
   * Starts a cache around a store.
   *
   * @param store what decides in the end; closing it stays the caller's
   * @return a builder
   */
  public static AdmissionCacheBuilder around(StateStore store) {
    return new AdmissionCacheBuilder(store);
  }

  // --- what can be answered here ---------------------------------------------------------------

  @Override
  public @Nullable Decision tryDecide(Request request) {
    if (closed) {
      throw closed();
    }
    if (request instanceof Request.Acquire acquire) {
      Slot slot = of(acquire.policy(), quietly.getIfPresentQuietly(acquire.key()));
      return slot == null ? null : here(slot, acquire, time.nowMicros());
    }
    return null;
  }

  private static IllegalStateException closed() {
    return new IllegalStateException("the admission cache is closed");
  }

  private @Nullable Slot find(String key, Policy policy) {
    return of(policy, slots.getIfPresent(key));
  }

  /** Notes that a slot is in use. */
  private void note(Slot slot) {
    var unused = slots.getIfPresent(slot.key);
  }

  private static @Nullable Slot of(Policy policy, @Nullable Slot first) {
    Slot slot = first;
    while (slot != null && !slot.policy.equals(policy)) {
      slot = slot.next;
    }
    return slot;
  }

  private @Nullable Decision here(Slot slot, Request.Acquire request, long now) {
    long permits = request.permits();
    Lease lease = slot.lease;
    if (lease != null && lease.spend(permits, now)) {
      if (lease.isLow(now)) {
        leases.renewAhead(slot, now);
      }
      return lease.decision();
    }
    Refusal refusal = slot.refusal;
    return refusal != null && refusal.covers(permits, now) ? refusal.at(now) : null;
  }

  // --- what the store must answer --------------------------------------------------------------

  @Override
  public CompletionStage<Decision> decide(Request request, Deadline deadline) {
    if (closed) {
      return CompletableFuture.failedFuture(closed());
    }
    if (request instanceof Request.Acquire acquire) {
      long now = time.nowMicros();
      Slot slot = slot(acquire.key(), acquire.policy());
      Decision decision = here(slot, acquire, now);
      return decision != null
          ? CompletableFuture.completedFuture(decision)
          : acquire(slot, acquire, now, deadline);
    }
    if (request instanceof Request.Refund || request instanceof Request.Reset) {
      forget(request);
    }
    return ask(request, deadline);
  }

  private CompletableFuture<Decision> ask(Request request, Deadline deadline) {
    return StateStore.ask(delegate(), request, deadline);
  }

  private CompletableFuture<Decision> acquire(
      Slot slot, Request.Acquire request, long now, Deadline deadline) {
    slot.missed(request.permits(), now, leaseMicros);
    Renewal renewal = slot.renewal.get();
    if (renewal != null) {
      // One call takes the new lease. The others wait for it, and then ask if it does not serve
      // them.
      leases.hurry();
      return renewal.orUntil(deadline).thenCompose(done -> afterRenewal(slot, request, deadline));
    }
    long more = leases.worth(slot, now);
    return more == 0
        ? plain(slot, request, now, deadline)
        : leasing(slot, request, more, now, deadline);
  }

  private CompletableFuture<Decision> afterRenewal(
      Slot slot, Request.Acquire request, Deadline deadline) {
    long now = time.nowMicros();
    Decision decision = here(slot, request, now);
    return decision != null
        ? CompletableFuture.completedFuture(decision)
        : plain(slot, request, now, deadline);
  }

  private CompletableFuture<Decision> plain(
      Slot slot, Request.Acquire request, long asked, Deadline deadline) {
    return ask(request, deadline).thenApply(decision -> heard(slot, request, decision, asked));
  }

  /** A caller that goes for a lease takes its own permits with it. */
  private CompletableFuture<Decision> leasing(
      Slot slot, Request.Acquire request, long more, long now, Deadline deadline) {
    Renewal renewal = new Renewal();
    if (!slot.renewal.compareAndSet(null, renewal)) {
      return acquire(slot, request, now, deadline);
    }
    return leases
        .take(slot, request.permits(), more, now, deadline, renewal)
        .thenCompose(
            decision ->
                decision.allowed() && decision.source() == Source.STORE
                    ? CompletableFuture.completedFuture(decision)
                    // Held until the end of a lease there are too few; now there may be enough.
                    : plain(slot, request, time.nowMicros(), deadline));
  }

  private Decision heard(Slot slot, Request.Acquire request, Decision decision, long asked) {
    if (decision.source() == Source.STORE) {
      slot.heard(decision.remaining());
      if (decision.outcome() == Outcome.REFUSED) {
        long until = asked + Math.min(decision.retryAfterMicros(), refusalMicros);
        slot.refusal = Refusal.of(decision, request.permits(), asked, until);
      }
    }
    return decision;
  }

  // --- slots -----------------------------------------------------------------------------------

  private Slot slot(String key, Policy policy) {
    Slot found = find(key, policy);
    if (found != null) {
      return found;
    }
    Slot made = new Slot(key, policy, Leases.micros(policy, leaseMicros));
    slots
        .asMap()
        .compute(
            key,
            (k, first) -> {
              Slot others = first;
              if (first != null) {
                retire(first, policy);
                others = first.without(policy.name());
              }
              made.next = others;
              return made;
            });
    return made;
  }

  /** Another version of this policy: its leases are given back, its refusals no longer hold. */
  private void retire(Slot first, Policy policy) {
    for (Slot slot = first; slot != null; slot = slot.next) {
      if (slot.policy.name().equals(policy.name())) {
        slot.retired = true;
        returns.giveBack(slot, slot.lease);
      }
    }
  }

  /** What this instance refunds or resets makes its refusals untrue; a reset, its leases, too. */
  private void forget(Request request) {
    Slot slot = find(request.key(), request.policy());
    if (slot != null) {
      slot.refusal = null;
      Lease lease = slot.lease;
      if (request instanceof Request.Reset && lease != null) {
        lease.discard();
      }
    }
  }

  @Override
  public Status status() {
    return closed ? new Status.Closed() : super.status();
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

  /** Returns what is left of every lease. The store stays open. */
  @Override
  public void close() {
    closed = true;
    returns.giveBackAll();
  }

  @Override
  public String toString() {
    return "admission cache -> " + delegate();
  }
}
