package io.github.ratelimiter.fallback;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.StoreException;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.store.Request;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/*
 * The result of a charge:
 *
 *   answered                           the pending usage is removed, unless more was admitted since
 *   failed, certainly not carried out  the permits are owed again: an outage, a wrong password
 *   failed, may have been carried out  the permits are never charged again; a charge of 0 permits
 *                                      asks what the store has counted
 *   any other exception                the pending usage is removed: the store is closed, or has a
 *                                      defect
 *
 * The breaker does not count charges. It counts the calls of callers, and would count an outage
 * twice. It does hear of answers: while all callers wait for charges, only these show that the
 * store answers.
 */
/** Charges the store for the pending usage of one key. Thread-safe. */
@SuppressWarnings("FutureReturnValueIgnored") // The result of a charge is handled in its callback.
final class UsageCharges {
  private final KeyStates keys;
  private final ShareGuard shareGuard;
  private final StoreAccess store;
  private final TimeSource time;
  private final AtomicLong chargedKeys = new AtomicLong();
  private final AtomicLong chargedPermits = new AtomicLong();

  UsageCharges(KeyStates keys, ShareGuard shareGuard, StoreAccess store) {
    this.keys = keys;
    this.shareGuard = shareGuard;
    this.store = store;
    this.time = store.time();
  }

  /** Notified of the result of a charge. */
  interface Listener {
    void charged();

    void notCharged();
  }

  /**
   * Sends the charge of a key, unless it is being sent.
   *
   * @return completes with the failure of the charge, or with null if it was answered; null if
   *     there is nothing to charge
   */
  @Nullable CompletableFuture<@Nullable Throwable> send(
      PolicyKey key, PendingUsage usage, Listener listener) {
    CompletableFuture<@Nullable Throwable> result;
    Request.Charge charge;
    synchronized (usage) {
      if (usage.removed || usage.chargeInFlight != null) {
        return usage.removed ? null : usage.chargeInFlight;
      }
      charge = keys.local().charge(key, usage);
      if (charge == null) {
        removeUnlessGuarded(key, usage);
        return null;
      }
      result = usage.startCharge();
    }
    LastKnownState.InFlight inFlight = keys.lastKnown().of(key).send(0);
    store
        .decide(charge)
        .whenComplete(
            (decision, failure) -> {
              if (decision != null) {
                answered(key, usage, charge, inFlight, decision);
                listener.charged();
              } else {
                failed(key, usage, inFlight, failure);
                listener.notCharged();
              }
              result.complete(failure);
            });
    return result;
  }

  private void answered(
      PolicyKey key,
      PendingUsage usage,
      Request.Charge charge,
      LastKnownState.InFlight inFlight,
      Decision decision) {
    long permits;
    synchronized (usage) {
      permits = Math.min(charge.permits(), usage.chargeAnswered());
      inFlight.answered(decision, time.nowMicros());
      if (usage.isSettled()) {
        removeUnlessGuarded(key, usage);
      }
    }
    if (permits > 0) {
      chargedKeys.incrementAndGet();
      chargedPermits.addAndGet(permits);
    }
  }

  private void failed(
      PolicyKey key,
      PendingUsage usage,
      LastKnownState.InFlight inFlight,
      @Nullable Throwable failure) {
    StoreException known = Failures.storeException(failure);
    synchronized (usage) {
      if (known == null) {
        usage.chargeInFlight = null;
        remove(key, usage);
      } else {
        usage.chargeFailed(known.mayHaveRun(), inFlight.state());
      }
    }
  }

  /** While the guard is active, the local state of the share is needed. It is removed later. */
  private void removeUnlessGuarded(PolicyKey key, PendingUsage usage) {
    if (!shareGuard.isActive()) {
      remove(key, usage);
    }
  }

  /** Removes the pending usage of a key and its local state. Requires its lock. */
  void remove(PolicyKey key, PendingUsage usage) {
    keys.local().remove(key, usage);
    keys.pending().remove(key, usage);
  }

  /** Publishes how many permits were charged since the last report. */
  void report(Events events) {
    long charged = chargedKeys.getAndSet(0);
    long permits = chargedPermits.getAndSet(0);
    if (charged > 0) {
      events.recovered(charged, permits);
    }
  }
}
