package io.github.ratelimiter.fallback;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.local.internal.BoundedMap;
import io.github.ratelimiter.store.Grant;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StoreDecision;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Holds permits of the share of this instance while the store is asked for the same permits, and
 * returns those that the store does not grant. Thread-safe.
 */
final class ShareHolds {
  private static final int MOST_HELD = 100_000;

  private final KeyStates keys;
  private final LocalStates states;
  private final Shares shares;
  private final FallbackDecisions decisions;

  /** What the share holds for grants of the store. */
  private final BoundedMap<Grant, Hold> heldForStore;

  ShareHolds(KeyStates keys, Shares shares, FallbackDecisions decisions) {
    this.keys = keys;
    this.states = keys.local();
    this.shares = shares;
    this.decisions = decisions;
    this.heldForStore = new BoundedMap<>(MOST_HELD);
  }

  /**
   * Permits that were taken from a share before the store is asked.
   *
   * @param decision the decision of the share
   * @param usage the pending usage of the key
   * @param grant the grant of the local state; null if there is none
   */
  record Hold(Decision decision, PendingUsage usage, @Nullable Grant grant) {
    /** Returns the request, limited to the permits that are held. */
    Request limited(Request request) {
      return request instanceof Request.Hold hold && grant != null && grant.permits() < hold.max()
          ? new Request.Hold(
              hold.key(), hold.policy(), hold.min(), grant.permits(), hold.generation())
          : request;
    }
  }

  /**
   * Takes the permits of a request from the share, if it has them. The local state continues from
   * the outage, or from the last answer before it. The store's present answers do not include yet
   * what other instances admitted.
   */
  Hold hold(Request request, PolicyKey key) {
    return keys.pending().with(key, usage -> hold(request, key, usage));
  }

  private Hold hold(Request request, PolicyKey key, PendingUsage usage) {
    Policy policy = request.policy();
    Policy share = shares.of(policy, key.key());
    if (share == null) {
      return new Hold(decisions.refused(policy), usage, null);
    }
    states.useShare(usage, key.key(), policy, share);
    states.prepare(usage, key, keys.lastKnown().of(key), policy, share);
    Decision state = states.decide(held(request, share));
    Decision decision = decisions.underPolicy(request, state);
    return new Hold(decision, usage, StoreDecision.of(state).grant().orElse(null));
  }

  private static Request held(Request request, Policy share) {
    if (request instanceof Request.Peek || request instanceof Request.HoldEach) {
      return request.withPolicy(share);
    }
    return request instanceof Request.Hold hold
        ? new Request.Hold(hold.key(), share, hold.min(), hold.max())
        : new Request.Hold(request.key(), share, request.permits());
  }

  /**
   * Returns permits to the share: the store did not grant the request. If the local state has
   * started again since they were taken, it does not know the grant and takes nothing back.
   */
  void release(Hold hold, Request request) {
    Grant grant = hold.grant;
    if (grant != null) {
      release(
          hold,
          request,
          request instanceof Request.HoldEach each
              ? each.permitsOfLimits()
              : Request.ofEachLimit(request.policy(), grant.permits()));
    }
  }

  private void release(Hold hold, Request request, List<Long> permits) {
    PendingUsage usage = hold.usage;
    Grant grant = hold.grant;
    if (grant == null || Collections.max(permits) == 0) {
      return;
    }
    synchronized (usage) {
      Policy share = usage.versions().get(request.policy());
      if (!usage.removed && share != null) {
        states.decide(new Request.Release(request.key(), share, permits, grant));
      }
    }
  }

  /**
   * Notes that the store has granted a request for which permits are held. Held permits that it did
   * not grant are returned to the share. The others may be released later.
   */
  void granted(Request request, Grant grant, Hold hold) {
    if (hold.grant != null && grant.permits() < hold.grant.permits()) {
      long rest = hold.grant.permits() - grant.permits();
      release(hold, request, Request.ofEachLimit(request.policy(), rest));
    }
    heldForStore.put(grant, hold);
  }

  /** The permits of a grant of the store are released. The share takes back what it held for it. */
  void released(Request.Release release) {
    Hold hold = heldForStore.remove(release.grant());
    if (hold != null) {
      release(hold, release, release.permitsOfLimits());
    }
  }
}
