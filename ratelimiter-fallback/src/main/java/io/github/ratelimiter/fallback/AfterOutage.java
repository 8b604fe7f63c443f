package io.github.ratelimiter.fallback;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.StoreException;
import io.github.ratelimiter.StoreTimeoutException;
import io.github.ratelimiter.StoreUnavailableException;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StoreDecision;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Decides requests soon after an outage. If a key has pending usage, the store is charged before it
 * decides. While the share guard is active, the share must allow a request as well. Thread-safe.
 */
final class AfterOutage {
  private final PendingUsages pendingUsages;
  private final Reconciliation reconciliation;
  private final ShareGuard shareGuard;
  private final ShareHolds shareHolds;
  private final LocalDecisions localDecisions;
  private final StoreCalls calls;
  private final Breaker breaker;

  AfterOutage(
      PendingUsages pendingUsages,
      Reconciliation reconciliation,
      ShareGuard shareGuard,
      ShareHolds shareHolds,
      LocalDecisions localDecisions,
      StoreCalls calls,
      Breaker breaker) {
    this.pendingUsages = pendingUsages;
    this.reconciliation = reconciliation;
    this.shareGuard = shareGuard;
    this.shareHolds = shareHolds;
    this.localDecisions = localDecisions;
    this.calls = calls;
    this.breaker = breaker;
  }

  // --- keys with pending usage -----------------------------------------------------------------

  /** Decides a request for a key with pending usage. */
  CompletionStage<Decision> decide(
      Request request,
      PendingUsage usage,
      Deadline deadline,
      LastKnownState.@Nullable InFlight inFlight) {
    PolicyKey key = PolicyKey.of(request);
    if (request instanceof Request.Reset) {
      return calls
          .decide(request, deadline, inFlight)
          .thenApply(
              decision -> {
                reconciliation.forget(key, usage);
                return decision;
              });
    }
    if (RequestKind.isDecidedHere(request) && isDecidedHere(usage)) {
      StoreCalls.end(inFlight);
      return decideHere(request);
    }
    return chargeAndDecide(key, usage, request, deadline, inFlight, decision -> {});
  }

  private boolean isDecidedHere(PendingUsage usage) {
    synchronized (usage) {
      return calls.nowMicros() < usage.decideHereUntil;
    }
  }

  private CompletionStage<Decision> decideHere(Request request) {
    return CompletableFuture.completedFuture(
        localDecisions.decide(request, breaker.reason(), true));
  }

  /** Charges the store for the pending usage, and then sends the request, by the same deadline. */
  private CompletionStage<Decision> chargeAndDecide(
      PolicyKey key,
      @Nullable PendingUsage usage,
      Request request,
      Deadline deadline,
      LastKnownState.@Nullable InFlight inFlight,
      Consumer<@Nullable Decision> onResult) {
    CompletableFuture<@Nullable Throwable> charge =
        usage == null ? null : reconciliation.charge(key, usage);
    if (charge == null) {
      return calls.decide(request, deadline, inFlight, onResult);
    }
    Breaker.Call call = breaker.begin();
    return orTimeout(charge, deadline)
        .thenCompose(
            failure -> {
              if (Failures.storeException(failure) == null) {
                call.ended();
                // More may have been admitted here in the meantime.
                PendingUsage more = pendingUsages.find(key);
                return chargeAndDecide(key, more, request, deadline, inFlight, onResult);
              }
              onResult.accept(null);
              StoreCalls.end(inFlight);
              return CompletableFuture.completedFuture(
                  notCharged(request, deadline, failure, call));
            });
  }

  /** Completes as the charge does, or with a timeout at the deadline of a caller. */
  private static CompletableFuture<@Nullable Throwable> orTimeout(
      CompletableFuture<@Nullable Throwable> charge, Deadline deadline) {
    if (charge.isDone()) {
      return charge;
    }
    CompletableFuture<@Nullable Throwable> either = new CompletableFuture<>();
    CompletableFuture<Void> alarm = deadline.timeSource().after(deadline.leftMicros());
    var unused =
        alarm.thenRun(
            () -> either.complete(new StoreTimeoutException("not charged in time", false, null)));
    unused =
        charge.thenAccept(
            failure -> {
              either.complete(failure);
              alarm.cancel(false);
            });
    return either;
  }

  /** The store has not counted all that was admitted here, so it must not decide the request. */
  private Decision notCharged(
      Request request, Deadline deadline, @Nullable Throwable failure, Breaker.Call call) {
    StoreException outage = Failures.outage(failure);
    if (outage == null) {
      call.ended();
      StoreException known = Objects.requireNonNull(Failures.storeException(failure));
      calls.noOutage(known);
      throw known;
    }
    String text = "the store could not be charged; the request was not sent";
    return calls.failed(
        request,
        deadline,
        outage instanceof StoreTimeoutException
            ? new StoreTimeoutException(text, false, outage)
            : new StoreUnavailableException(text, false, outage),
        call);
  }

  // --- while the share guard is active ---------------------------------------------------------

  /** Decides a request that both the share and the store must allow. */
  CompletionStage<Decision> decideWithinShare(Request request, Deadline deadline) {
    if (RequestKind.of(request) == RequestKind.LEASE) {
      return decideHere(request);
    }
    PolicyKey key = PolicyKey.of(request);
    ShareHolds.Hold hold = shareHolds.hold(request, key);
    if (!hold.decision().allowed()) {
      return refusedByShare(request, hold.decision(), deadline);
    }
    LastKnownState.InFlight inFlight = calls.register(request, RequestKind.maximumGrant(request));
    Consumer<@Nullable Decision> onResult =
        decision -> {
          if (decision == null || !decision.allowed()) {
            shareHolds.release(hold, request);
          } else {
            StoreDecision.of(decision)
                .grant()
                .ifPresent(grant -> shareHolds.granted(request, grant, hold));
          }
        };
    Request limited = hold.limited(request);
    return chargeAndDecide(key, pendingUsages.find(key), limited, deadline, inFlight, onResult);
  }

  /** Permits that the store granted within the share are released. */
  void released(Request.Release release) {
    shareHolds.released(release);
  }

  private CompletionStage<Decision> refusedByShare(
      Request request, Decision share, Deadline deadline) {
    if (shareGuard.isStoreMisconfigured()) {
      // Callers must get the exception for as long as the configuration is wrong.
      Request peek = new Request.Peek(request.key(), request.policy(), 1);
      return calls.decide(peek, deadline, calls.register(peek, 0)).thenApply(seen -> share);
    }
    if (request instanceof Request.Reserve) {
      return decideHere(request);
    }
    localDecisions.publish(request, share, breaker.reason());
    return CompletableFuture.completedFuture(share);
  }
}
