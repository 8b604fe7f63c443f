package io.github.ratelimiter.fallback;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.Outcome;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.StoreException;
import io.github.ratelimiter.fallback.Fallback.Mode;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.Grant;
import io.github.ratelimiter.store.JointRequest;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StateStore;
import io.github.ratelimiter.store.StoreDecision;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/*
 * Decisions without the store:
 *
 *   acquire, hold, reserve
 *                     by the mode; admitted permits become pending usage
 *   peek              as acquire, without taking permits
 *   refund, release   permits that were admitted here are not charged later
 *   lease             refused: permits of a store that does not answer are not promised
 *   return of lease   ignored: a lease ends by itself
 *   charge            becomes pending usage
 *   drain             refuses the key here; sent to the store after the outage
 *   reset             not decided here: the caller must know that it did not happen
 */
/** Decides instead of the store, by the mode of the policy. Thread-safe. */
final class LocalDecisions {
  private final Modes modes;
  private final KeyStates keys;
  private final ShareDecisions shareDecisions;
  private final FallbackDecisions decisions;
  private final Reconciliation reconciliation;
  private final PendingDrains drains;
  private final Events events;

  LocalDecisions(
      Modes modes,
      KeyStates keys,
      ShareDecisions shareDecisions,
      FallbackDecisions decisions,
      Reconciliation reconciliation,
      PendingDrains drains,
      Events events) {
    this.modes = modes;
    this.keys = keys;
    this.shareDecisions = shareDecisions;
    this.decisions = decisions;
    this.reconciliation = reconciliation;
    this.drains = drains;
    this.events = events;
  }

  /** Returns whether a request returns permits of a reservation or a hold that was made here. */
  boolean releasesLocalGrant(Request request) {
    return request instanceof Request.Release release
        && keys.reservations().contains(release.grant());
  }

  /**
   * Decides a request, and publishes an event.
   *
   * @param reason why the store does not decide
   * @param chargeable whether admitted permits are charged to the store later; false if the store
   *     may have counted them already
   */
  Decision decide(Request request, StoreException reason, boolean chargeable) {
    if (request instanceof Request.Drain drain && !drains.add(drain)) {
      throw reason;
    }
    Decision decision = decideSilently(request, chargeable);
    publish(request, decision, reason);
    reconciliation.schedule();
    return decision;
  }

  /**
   * Decides a joint request: holds the permits of each part, and releases them if another part
   * refuses.
   *
   * @param reason why the store does not decide
   * @param chargeable whether admitted permits are charged to the store later
   */
  List<Decision> decideAll(
      JointRequest joint, Deadline deadline, StoreException reason, boolean chargeable) {
    StateStore here =
        (request, until) ->
            CompletableFuture.completedFuture(
                RequestKind.of(request) == RequestKind.TAKE
                    ? decide(request, reason, chargeable)
                    : decideSilently(request, chargeable));
    return here.decideAll(joint, deadline).toCompletableFuture().join();
  }

  /** Publishes an event for a decision that was made without the store. */
  void publish(Request request, Decision decision, StoreException reason) {
    events.fellBack(request, decision, reason);
  }

  /** Decides a request without an event. Requires that it can be decided without the store. */
  Decision decideSilently(Request request, boolean chargeable) {
    Mode mode = modes.of(request);
    if (mode == Mode.LOCAL) {
      shareDecisions.storeDidNotDecide();
    }
    long left = Math.max(drains.leftMicros(request), knownDrainMicros(request));
    Decision drained = refusedFor(left, request);
    if (drained != null) {
      return drained;
    }
    return switch (RequestKind.of(request)) {
      case DRAIN, RETURN_LEASE -> allowedWithoutState(request);
      case LEASE -> decisions.refused(request.policy());
      case TAKE, PEEK, RETURN -> byMode(mode, request, chargeable);
      case CHARGE -> charge(mode, request, chargeable);
      case STORE_ONLY ->
          throw new IllegalArgumentException(
              "only the store can do a " + request.getClass().getSimpleName());
    };
  }

  /** Returns the refusal of a request for a key that is drained here; null if it is not refused. */
  @Nullable Decision refusedByDrain(Request request) {
    return refusedFor(drains.leftMicros(request), request);
  }

  /** Returns how long a key is drained, as far as the store has said. */
  private long knownDrainMicros(Request request) {
    return modes.isLocal(request)
        ? keys.lastKnown().of(PolicyKey.of(request)).drainedMicros(keys.local().nowMicros())
        : 0;
  }

  private @Nullable Decision refusedFor(long left, Request request) {
    return left > 0 && RequestKind.wantsPermits(request) && RequestKind.impossibleLimit(request) < 0
        ? decisions.withoutState(request.policy(), Outcome.REFUSED, 0, left)
        : null;
  }

  private Decision allowedWithoutState(Request request) {
    return decisions.withoutState(request.policy(), Outcome.ALLOWED, 0, 0);
  }

  /** Permits that were used are owed to the store in every mode. */
  private Decision charge(Mode mode, Request request, boolean chargeable) {
    PolicyKey key = PolicyKey.of(request);
    return keys.pending()
        .with(
            key,
            usage ->
                mode == Mode.LOCAL
                    ? shareDecisions.decide(usage, key, request, chargeable)
                    : allow(usage, key, request, chargeable));
  }

  private Decision byMode(Mode mode, Request request, boolean chargeable) {
    Policy policy = request.policy();
    int impossible = RequestKind.impossibleLimit(request);
    if (mode != Mode.LOCAL && impossible >= 0) {
      return decisions.impossible(policy, impossible);
    }
    if (mode == Mode.REFUSE) {
      return RequestKind.needsPermits(request)
          ? decisions.refused(policy)
          : allowedWithoutState(request);
    }
    PolicyKey key = PolicyKey.of(request);
    if (request instanceof Request.Release && keys.pending().find(key) == null) {
      return allowedWithoutState(request);
    }
    return keys.pending()
        .with(
            key,
            usage ->
                mode == Mode.ALLOW
                    ? allow(usage, key, request, chargeable)
                    : shareDecisions.decide(usage, key, request, chargeable));
  }

  /** Allows a request. The local state has the whole policy, so a key owes no more than that. */
  private Decision allow(PendingUsage usage, PolicyKey key, Request request, boolean chargeable) {
    Policy policy = request.policy();
    usage.useVersion(policy, policy);
    if (request instanceof Request.Hold hold) {
      return hold(usage, key, request, hold.generation(), chargeable);
    } else if (request instanceof Request.HoldEach each) {
      return hold(usage, key, request, each.generation(), chargeable);
    }
    boolean uses = RequestKind.of(request) == RequestKind.TAKE || request instanceof Request.Charge;
    return allowed(
        policy, uses ? admit(usage, key, request, chargeable) : afterReturn(usage, request));
  }

  private Decision hold(
      PendingUsage usage, PolicyKey key, Request request, long generation, boolean chargeable) {
    long now = keys.local().nowMicros();
    Grant grant = new Grant(RequestKind.mostTaken(request), now, now, generation);
    keys.reservations().add(grant, usage, chargeable);
    Decision state = admit(usage, key, request, chargeable);
    return allowed(request.policy(), state).withGrant(grant);
  }

  private static StoreDecision allowed(Policy policy, Decision state) {
    return StoreDecision.of(FallbackDecisions.withState(policy, Outcome.ALLOWED, 0, 0, state));
  }

  private Decision admit(PendingUsage usage, PolicyKey key, Request request, boolean chargeable) {
    List<Long> used = RequestKind.mostTakenOfLimits(request);
    Decision state = keys.local().decide(new Request.Charge(key.key(), request.policy(), used));
    usage.admit(request.policy(), used, chargeable, keys.lastKnown().of(key));
    return state;
  }

  /** Takes back what a request returns, if anything. */
  private Decision afterReturn(PendingUsage usage, Request request) {
    if (request instanceof Request.Refund refund) {
      return keys.local().refund(usage, refund);
    }
    if (request instanceof Request.Release release) {
      LocalReservations.Reservation made = keys.reservations().remove(release.grant(), usage);
      long permits = Collections.min(release.permitsOfLimits());
      if (made != null && made.isOwedIn(usage) && permits > 0) {
        return keys.local()
            .refund(usage, new Request.Refund(release.key(), release.policy(), permits));
      }
    }
    return keys.local().decide(new Request.Peek(request.key(), request.policy(), 1));
  }
}
