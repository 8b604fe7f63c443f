package io.github.ratelimiter.fallback;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.LimitStatus;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.internal.Usage;
import io.github.ratelimiter.store.Grant;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StoreDecision;
import java.util.Collections;
import java.util.List;

/** Decides under the share of this instance: the local mode. Thread-safe. */
final class ShareDecisions {
  private final KeyStates keys;
  private final LocalStates states;
  private final Shares shares;
  private final FallbackDecisions decisions;
  private final Events events;

  ShareDecisions(KeyStates keys, Shares shares, FallbackDecisions decisions, Events events) {
    this.keys = keys;
    this.states = keys.local();
    this.shares = shares;
    this.decisions = decisions;
    this.events = events;
  }

  /** A request is decided without the store. */
  void storeDidNotDecide() {
    shares.storeDidNotDecide();
    if (!shares.areKnown()) {
      events.instancesUnknown();
    }
  }

  /**
   * Decides a request. Requires the lock of the pending usage.
   *
   * @param chargeable whether admitted permits are charged to the store; false if the store may
   *     have counted them already
   */
  Decision decide(PendingUsage usage, PolicyKey key, Request request, boolean chargeable) {
    Policy policy = request.policy();
    Policy share = shares.of(policy, key.key());
    if (share == null) {
      return RequestKind.needsPermits(request)
          ? decisions.refused(policy)
          : decisions.withoutState(policy, Decision.Outcome.ALLOWED, 0, 0);
    }
    states.useShare(usage, key.key(), policy, share);
    LastKnownState lastKnown = keys.lastKnown().of(key);
    long unanswered = lastKnown.unanswered();
    states.prepare(usage, key, lastKnown, policy, share);
    return request.accept(new OfShare(usage, share, lastKnown, unanswered, chargeable));
  }

  /** One decision under a share. */
  private final class OfShare implements Request.Visitor<Decision> {
    private final PendingUsage usage;
    private final Policy share;
    private final LastKnownState lastKnown;
    private final long unanswered;
    private final boolean chargeable;

    OfShare(
        PendingUsage usage,
        Policy share,
        LastKnownState lastKnown,
        long unanswered,
        boolean chargeable) {
      this.usage = usage;
      this.share = share;
      this.lastKnown = lastKnown;
      this.unanswered = unanswered;
      this.chargeable = chargeable;
    }

    @Override
    public Decision acquire(Request.Acquire request) {
      long permits = request.permits();
      if (!isEnoughFor(request)) {
        return decisions.refused(request.policy(), peekState(request.key(), share, 1));
      }
      Decision decision = states.decide(request.withPolicy(share));
      if (decision.allowed()) {
        admit(request, permits);
      }
      return decisions.underPolicy(request, decision);
    }

    /**
     * Returns whether there are enough permits. The store may grant the unanswered requests, so
     * they count as used here until they are answered or have failed. If there are too few permits
     * even without them, the state itself refuses.
     */
    private boolean isEnoughFor(Request request) {
      if (unanswered == 0) {
        return true;
      }
      List<LimitStatus> limits = peekState(request.key(), share, 1).limits();
      List<Long> permits = RequestKind.permitsNeeded(request);
      return fits(limits, permits, unanswered) || !fits(limits, permits, 0);
    }

    private static boolean fits(List<LimitStatus> limits, List<Long> permits, long more) {
      for (int i = 0; i < limits.size(); i++) {
        if (permits.get(i) > 0 && limits.get(i).remaining() < permits.get(i) + more) {
          return false;
        }
      }
      return true;
    }

    @Override
    public Decision hold(Request.Hold request) {
      Decision state = peekState(request.key(), share, 1);
      if (!isEnoughFor(request)) {
        return decisions.refused(request.policy(), state);
      }
      long most = Math.max(state.remaining() - unanswered, request.min());
      // The local state has a random generation of its own.
      long max = Math.min(request.max(), most);
      return granted(
          request, states.decide(new Request.Hold(request.key(), share, request.min(), max)));
    }

    @Override
    public Decision holdEach(Request.HoldEach request) {
      if (!isEnoughFor(request)) {
        return decisions.refused(request.policy(), peekState(request.key(), share, 1));
      }
      Request here = new Request.HoldEach(request.key(), share, request.permitsOfLimits());
      return granted(request, states.decide(here));
    }

    @Override
    public Decision reserve(Request.Reserve request) {
      return granted(request, reserveAfterUnanswered(request));
    }

    private void admit(Request request, long permits) {
      Policy policy = request.policy();
      List<Long> each =
          request instanceof Request.HoldEach hold
              ? hold.permitsOfLimits()
              : Request.ofEachLimit(policy, permits);
      usage.admit(policy, each, chargeable, lastKnown);
    }

    /** Records a grant that can be returned, if there is one. */
    private Decision granted(Request request, Decision decision) {
      StoreDecision.of(decision)
          .grant()
          .ifPresent(
              grant -> {
                admit(request, grant.permits());
                keys.reservations().add(grant, usage, chargeable);
              });
      return decisions.underPolicy(request, decision);
    }

    /**
     * Reserves a turn after the permits that the store may grant to unanswered requests. They are
     * charged to the state for the reservation, and refunded then, except those that the limits
     * refill before the turn.
     */
    private Decision reserveAfterUnanswered(Request.Reserve request) {
      String key = request.key();
      // The local state has a random generation of its own.
      Request.Reserve here =
          new Request.Reserve(key, share, request.permits(), request.maxWaitMicros());
      if (unanswered == 0) {
        return states.decide(here);
      }
      if (usage.versions().size() > 1) {
        // A charge for a moment cannot be refunded to several versions.
        return peekState(key, share, request.permits() + unanswered).allowed()
            ? states.decide(here)
            : decisions.refused(share, peekState(key, share, 1));
      }
      List<LimitStatus> before = peekState(key, share, 1).limits();
      List<Long> each = Collections.nCopies(share.limits().size(), unanswered);
      states.decide(new Request.Charge(key, share, each, Long.MAX_VALUE));
      Decision decision = states.decide(here);
      long delay = StoreDecision.of(decision).grant().map(Grant::delayMicros).orElse(0L);
      long refilled = delay == 0 ? 0 : refilled(before, delay, unanswered);
      if (refilled < unanswered) {
        states.decide(new Request.Refund(key, share, unanswered - refilled));
      }
      return decision;
    }

    @Override
    public Decision peek(Request.Peek request) {
      Decision decision = states.decide(request.withPolicy(share));
      return decisions.underPolicy(request, decision);
    }

    @Override
    public Decision refund(Request.Refund request) {
      return allowed(request, states.refund(usage, request.withPolicy(share)));
    }

    @Override
    public Decision release(Request.Release request) {
      LocalReservations.Reservation made = keys.reservations().remove(request.grant(), usage);
      if (made == null) {
        // The store made it, and does not decide now. Its permits stay used.
        return allowed(request, peekState(request.key(), share, 1));
      }
      if (made.isOwedIn(usage)) {
        // These permits were not used, even if the local state cannot take them back.
        usage.takeBack(request.policy(), request.permitsOfLimits());
      }
      return allowed(request, states.decide(request.withPolicy(share)));
    }

    private static Decision allowed(Request request, Decision state) {
      return FallbackDecisions.withState(request.policy(), Decision.Outcome.ALLOWED, 0, 0, state);
    }

    @Override
    public Decision lease(Request.Lease request) {
      throw new IllegalArgumentException("a share does not decide a lease");
    }

    @Override
    public Decision returnLease(Request.ReturnLease request) {
      throw new IllegalArgumentException("a share does not decide the return of a lease");
    }

    /** The share is charged up to what it has left. All permits are owed to the store. */
    @Override
    public Decision charge(Request.Charge request) {
      usage.admit(request.policy(), request.permitsOfLimits(), chargeable, lastKnown);
      return allowed(request, states.decide(request.withPolicy(share)));
    }

    @Override
    public Decision drain(Request.Drain request) {
      throw new IllegalArgumentException("a share does not decide a drain");
    }

    @Override
    public Decision reset(Request.Reset request) {
      throw new IllegalArgumentException("a share does not decide a reset");
    }
  }

  /** Returns how many permits the limits may refill; all, if a limit has no bucket. */
  private static long refilled(List<LimitStatus> limits, long micros, long permits) {
    return limits.stream().allMatch(status -> Usage.isBucket(status.limit()))
        ? limits.stream().mapToLong(status -> Usage.regained(status, micros)).max().orElse(0)
        : permits;
  }

  private Decision peekState(String key, Policy share, long permits) {
    return states.decide(new Request.Peek(key, share, permits));
  }
}
