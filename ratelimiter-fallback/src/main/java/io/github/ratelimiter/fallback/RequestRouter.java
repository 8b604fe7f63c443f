package io.github.ratelimiter.fallback;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.StoreException;
import io.github.ratelimiter.StoreUnavailableException;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.JointRequest;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StateStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/*
 * One request:
 *
 *   breaker open              decided here, at once (LocalDecisions)
 *   share guard active        the share and the store must allow it (AfterOutage)
 *   key with pending usage    the store is charged, and then decides (AfterOutage)
 *   otherwise                 the store decides; if that fails, it is decided here (StoreCalls)
 */
/** Sends each request to what decides it: the store, this process, or both. Thread-safe. */
final class RequestRouter {
  private final StateStore store;
  private final Modes modes;
  private final Breaker breaker;
  private final PendingUsages pendingUsages;
  private final ShareGuard shareGuard;
  private final PendingDrains drains;
  private final LocalDecisions localDecisions;
  private final StoreCalls calls;
  private final AfterOutage afterOutage;

  RequestRouter(
      StateStore store,
      Modes modes,
      Breaker breaker,
      PendingUsages pendingUsages,
      ShareGuard shareGuard,
      PendingDrains drains,
      LocalDecisions localDecisions,
      StoreCalls calls,
      AfterOutage afterOutage) {
    this.store = store;
    this.modes = modes;
    this.breaker = breaker;
    this.pendingUsages = pendingUsages;
    this.shareGuard = shareGuard;
    this.drains = drains;
    this.localDecisions = localDecisions;
    this.calls = calls;
    this.afterOutage = afterOutage;
  }

  /** Returns the decision if it needs no waiting; null otherwise. */
  @Nullable Decision tryDecide(Request request) {
    if (!breaker.isClosed()) {
      return RequestKind.isDecidedHere(request)
          ? localDecisions.decide(request, breaker.reason(), true)
          : null;
    }
    Decision drained = localDecisions.refusedByDrain(request);
    if (drained != null) {
      return drained;
    }
    if (localDecisions.releasesLocalGrant(request)
        || findPendingUsage(request) != null
        || isLimitedToShare(request)
        || endsDrain(request)) {
      return null;
    }
    released(request);
    return calls.tryDecide(request);
  }

  CompletionStage<Decision> decide(Request request, Deadline deadline) {
    if (!breaker.isClosed()) {
      return decideDuringOutage(request);
    }
    Decision drained = localDecisions.refusedByDrain(request);
    if (drained != null) {
      return CompletableFuture.completedFuture(drained);
    }
    CompletionStage<Decision> decision = decideWithStore(request, deadline);
    return endsDrain(request) && request instanceof Request.Reset reset
        ? decision.thenApply(
            done -> {
              drains.forget(reset);
              return done;
            })
        : decision;
  }

  private CompletionStage<Decision> decideWithStore(Request request, Deadline deadline) {
    if (localDecisions.releasesLocalGrant(request)) {
      return CompletableFuture.completedFuture(localDecisions.decideSilently(request, true));
    }
    if (isLimitedToShare(request)) {
      return afterOutage.decideWithinShare(request, deadline);
    }
    released(request);
    // In this order: of two threads, one that sends a request and one that admits permits here,
    // either the first finds the pending usage or the second finds the unanswered request.
    LastKnownState.InFlight inFlight = calls.register(request, RequestKind.maximumGrant(request));
    PendingUsage usage = findPendingUsage(request);
    return usage == null
        ? calls.decide(request, deadline, inFlight)
        : afterOutage.decide(request, usage, deadline, inFlight);
  }

  /** Returns the decisions during an outage; null otherwise. */
  @Nullable List<Decision> tryDecideAll(JointRequest request) {
    return breaker.isClosed() ? null : decideAllDuringOutage(request);
  }

  /**
   * Decides all parts here, or sends them to the store as one call.
   *
   * @return a stage of the decisions; null if each part must be decided on its own
   */
  @Nullable CompletionStage<List<Decision>> decideTogether(
      JointRequest request, Deadline deadline) {
    if (!breaker.isClosed()) {
      return CompletableFuture.completedFuture(decideAllDuringOutage(request));
    }
    List<Request> requests = request.parts().stream().map(JointRequest.Part::request).toList();
    if (store.isAtomic(request) && requests.stream().noneMatch(this::isLimitedHere)) {
      // In this order, as in decide().
      List<LastKnownState.@Nullable InFlight> inFlight = new ArrayList<>(requests.size());
      requests.forEach(each -> inFlight.add(calls.register(each, RequestKind.maximumGrant(each))));
      if (requests.stream().allMatch(each -> findPendingUsage(each) == null)) {
        return calls.decideAll(request, deadline, inFlight);
      }
      inFlight.forEach(StoreCalls::end);
    }
    return null;
  }

  private List<Decision> decideAllDuringOutage(JointRequest request) {
    Deadline now = Deadline.afterMicros(0, calls.time());
    return localDecisions.decideAll(request, now, breaker.reason(), true);
  }

  private CompletionStage<Decision> decideDuringOutage(Request request) {
    StoreException reason = breaker.reason();
    return RequestKind.isDecidedHere(request)
        ? CompletableFuture.completedFuture(localDecisions.decide(request, reason, true))
        : CompletableFuture.failedFuture(
            new StoreUnavailableException(
                "the store is not asked during an outage; nothing was done", false, reason));
  }

  private void released(Request request) {
    if (request instanceof Request.Release release) {
      afterOutage.released(release);
    }
  }

  private @Nullable PendingUsage findPendingUsage(Request request) {
    return pendingUsages.isEmpty() ? null : pendingUsages.find(PolicyKey.of(request));
  }

  private boolean endsDrain(Request request) {
    return request instanceof Request.Reset && drains.leftMicros(request) > 0;
  }

  private boolean isLimitedHere(Request request) {
    return isLimitedToShare(request) || drains.leftMicros(request) > 0;
  }

  private boolean isLimitedToShare(Request request) {
    return shareGuard.isActive() && modes.isLocal(request) && RequestKind.wantsPermits(request);
  }
}
