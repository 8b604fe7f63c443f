package io.github.ratelimiter.fallback;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.StoreException;
import io.github.ratelimiter.StoreTimeoutException;
import io.github.ratelimiter.StoreUnavailableException;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.JointRequest;
import io.github.ratelimiter.store.Request;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends the requests of callers to the store, and reports the results to the breaker and to the
 * last known states. If a call fails because of an outage, the request is decided here.
 * Thread-safe.
 */
final class StoreCalls {
  private final StoreAccess store;
  private final Modes modes;
  private final Breaker breaker;
  private final KeyStates keys;
  private final Shares shares;
  private final ShareGuard shareGuard;
  private final LocalDecisions localDecisions;
  private final Reconciliation reconciliation;
  private final TimeSource time;

  StoreCalls(
      StoreAccess store,
      Modes modes,
      Breaker breaker,
      KeyStates keys,
      Shares shares,
      ShareGuard shareGuard,
      LocalDecisions localDecisions,
      Reconciliation reconciliation) {
    this.store = store;
    this.modes = modes;
    this.breaker = breaker;
    this.keys = keys;
    this.shares = shares;
    this.shareGuard = shareGuard;
    this.localDecisions = localDecisions;
    this.reconciliation = reconciliation;
    this.time = store.time();
  }

  TimeSource time() {
    return time;
  }

  long nowMicros() {
    return time.nowMicros();
  }

  /** Returns the decision if the store needs no waiting for it, or fails; null otherwise. */
  @Nullable Decision tryDecide(Request request) {
    Breaker.Call call = breaker.begin();
    try {
      Decision decision = store.store().tryDecide(request);
      if (decision != null) {
        return answered(decision, register(request, 0), call);
      }
    } catch (StoreUnavailableException | StoreTimeoutException e) {
      return failed(request, null, e, call);
    } catch (RuntimeException | Error e) {
      call.ended();
      throw e;
    }
    call.ended();
    return null;
  }

  /** Sends a request to the store. */
  CompletableFuture<Decision> decide(
      Request request, Deadline deadline, LastKnownState.@Nullable InFlight inFlight) {
    return decide(request, deadline, inFlight, decision -> {});
  }

  /**
   * Sends a request to the store.
   *
   * @param inFlight the registered request; null if it is not registered
   * @param onResult gets the decision, or null if the call failed, before anything else happens
   */
  CompletableFuture<Decision> decide(
      Request request,
      Deadline deadline,
      LastKnownState.@Nullable InFlight inFlight,
      Consumer<@Nullable Decision> onResult) {
    Breaker.Call call = breaker.begin();
    return store
        .decide(request, deadline)
        .handle(
            (decision, failure) -> {
              onResult.accept(decision);
              return decision != null
                  ? answered(decision, inFlight, call)
                  : failed(request, deadline, inFlight, failure, call);
            });
  }

  /**
   * Sends a joint request to the store. If the call fails because of an outage, it is decided here.
   *
   * @param inFlight for each part, the registered request; null if it is not registered
   */
  CompletableFuture<List<Decision>> decideAll(
      JointRequest request, Deadline deadline, List<LastKnownState.@Nullable InFlight> inFlight) {
    Breaker.Call call = breaker.begin();
    return store
        .decideAll(request, deadline)
        .handle(
            (decisions, failure) ->
                decisions != null
                    ? answered(decisions, inFlight, call)
                    : failed(request, deadline, inFlight, failure, call));
  }

  private List<Decision> answered(
      List<Decision> decisions,
      List<LastKnownState.@Nullable InFlight> inFlight,
      Breaker.Call call) {
    answered(decisions.get(0), inFlight.get(0), call);
    long now = time.nowMicros();
    for (int part = 1; part < decisions.size(); part++) {
      LastKnownState.InFlight one = inFlight.get(part);
      if (one != null) {
        one.answered(decisions.get(part), now);
        shares.storeDecided(now);
      }
    }
    return decisions;
  }

  private List<Decision> failed(
      JointRequest request,
      Deadline deadline,
      List<LastKnownState.@Nullable InFlight> inFlight,
      Throwable failure,
      Breaker.Call call) {
    inFlight.forEach(StoreCalls::end);
    StoreException outage = Failures.outage(failure);
    if (outage != null) {
      call.failed(request.request(0), deadline, outage);
      return localDecisions.decideAll(request, deadline, outage, !outage.mayHaveRun());
    }
    call.ended();
    noOutage(failure);
    throw failure instanceof CompletionException e ? e : new CompletionException(failure);
  }

  /**
   * Registers a request that is about to be sent.
   *
   * @param permits the maximum number of permits that it can be granted
   * @return the registered request; null if the mode needs no last known state
   */
  LastKnownState.@Nullable InFlight register(Request request, long permits) {
    return modes.isLocal(request) ? keys.lastKnown().of(PolicyKey.of(request)).send(permits) : null;
  }

  /** Ends a registered request that has failed or was not sent. */
  static void end(LastKnownState.@Nullable InFlight inFlight) {
    if (inFlight != null) {
      inFlight.ended();
    }
  }

  private Decision answered(
      Decision decision, LastKnownState.@Nullable InFlight inFlight, Breaker.Call call) {
    long now = time.nowMicros();
    call.answered(now);
    if (inFlight != null) {
      inFlight.answered(decision, now);
      shares.storeDecided(now);
    }
    shareGuard.storeDecided();
    reconciliation.storeDecided(now);
    return decision;
  }

  private Decision failed(
      Request request,
      Deadline deadline,
      LastKnownState.@Nullable InFlight inFlight,
      Throwable failure,
      Breaker.Call call) {
    end(inFlight);
    StoreException outage = Failures.outage(failure);
    if (outage != null) {
      return failed(request, deadline, outage, call);
    }
    call.ended();
    noOutage(failure);
    throw failure instanceof CompletionException e ? e : new CompletionException(failure);
  }

  /**
   * Decides a request here after an outage of the store.
   *
   * @param deadline the deadline of the call; null if it had none
   * @throws StoreException the outage, if only the store can decide the request
   */
  Decision failed(
      Request request, @Nullable Deadline deadline, StoreException outage, Breaker.Call call) {
    call.failed(request, deadline, outage);
    if (!RequestKind.isDecidedHere(request)) {
      throw outage;
    }
    if (RequestKind.of(request) == RequestKind.LEASE) {
      decideHereForAWhile(request, call.start());
    }
    return localDecisions.decide(request, outage, !outage.mayHaveRun());
  }

  /**
   * Reports a failure that is no outage. If the request certainly did not run, this instance stays
   * limited to its share until the store decides again, because other instances may have pending
   * usage.
   */
  void noOutage(Throwable failure) {
    StoreException known = Failures.storeException(failure);
    if (known != null && !known.mayHaveRun()) {
      shareGuard.storeMisconfigured();
    }
  }

  /**
   * Decides a key here for as long as a failed lease took. The caller that waited for the lease,
   * and those that waited with it, now send plain requests. They must not wait again.
   */
  private void decideHereForAWhile(Request request, long start) {
    long now = time.nowMicros();
    if (now > start) {
      keys.pending()
          .with(
              PolicyKey.of(request),
              usage -> {
                usage.decideHereUntil = now + (now - start);
                return usage;
              });
    }
  }
}
