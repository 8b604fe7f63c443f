package io.github.ratelimiter.simulation;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.StoreException;
import io.github.ratelimiter.StoreMisconfiguredException;
import io.github.ratelimiter.StoreTimeoutException;
import io.github.ratelimiter.simulation.Leases.Lease;
import io.github.ratelimiter.store.Grant;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StoreDecision;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Keeps the log: what the server carried out, and what callers were granted, when and by what. */
final class Recorder {
  private record Known(Executed executed, Epoch epoch) {}

  private final World world;
  private final IdentityHashMap<Decision, Known> known = new IdentityHashMap<>();
  private final Map<Grant, Executed> grants = new HashMap<>();

  private final UnknownOutcomes unknown = new UnknownOutcomes();

  /** The request with a reply or a failure that is being delivered now. */
  private @Nullable Pending current;

  Recorder(World world) {
    this.world = world;
  }

  // --- the server ------------------------------------------------------------------------------

  void carriedOut(Executed executed) {
    Request request = executed.request();
    KeyHistory history = world.histories().of(request);
    Epoch epoch = history.now();
    epoch.carriedOut(executed);
    known.put(executed.decision(), new Known(executed, epoch));
    // Two grants of one instant may be equal. It is unknown which one is returned, so the first is.
    StoreDecision.of(executed.decision())
        .grant()
        .ifPresent(grant -> grants.putIfAbsent(grant, executed));
    if (request instanceof Request.Reset) {
      history.reset(executed.order(), world.now());
    } else if (request instanceof Request.Refund refund) {
      epoch.used(executed.order(), givenBack(executed, refund.permits(), epoch));
    } else if (request instanceof Request.Lease && executed.granted() > 0) {
      world.counts().add(Kind.LEASE_GRANTED);
      executed.instance().leases().add(executed, epoch);
    } else if (request instanceof Request.ReturnLease back) {
      world.counts().add(Kind.LEASE_GIVEN_BACK);
      givenBack(executed, back.grant(), back.permits(), epoch);
      executed
          .instance()
          .leases()
          .of(back.grant())
          .filter(lease -> lease.epoch() != epoch)
          .ifPresent(lease -> world.counts().add(Kind.LEASE_RETURNED_TO_ANOTHER_STATE));
    } else if (request instanceof Request.Charge) {
      world.counts().add(executed.decision().uncounted() > 0 ? Kind.UNCOUNTED : Kind.CHARGED);
    } else if (request instanceof Request.Drain) {
      world.counts().add(Kind.DRAINED);
    } else if (request instanceof Request.Reserve && executed.delay() > 0) {
      world.counts().add(Kind.BOOKED);
    } else if (holds(request) && executed.granted() > 0) {
      world.counts().add(Kind.HELD);
    } else if (request instanceof Request.Release unused) {
      Executed granted = grants.get(unused.grant());
      boolean held = granted != null && holds(granted.request());
      world.counts().add(held ? Kind.RELEASED : Kind.BOOKING_CANCELLED);
      givenBack(executed, unused.grant(), unused.permits(), epoch);
    }
    world
        .journal()
        .note(
            () ->
                "  server: "
                    + executed.instance().name()
                    + " "
                    + text(request)
                    + " -> "
                    + executed.decision()
                    + StoreDecision.of(executed.decision()).grant().map(g -> " " + g).orElse(""));
  }

  /** If a failover has lost a grant and it is returned nevertheless, the return is a refund. */
  private void givenBack(Executed executed, Grant grant, long permits, Epoch epoch) {
    Executed granted = grants.get(grant);
    if (granted == null) {
      return;
    }
    epoch.returned(granted, executed.at());
    if (epoch.hasLost(granted)) {
      epoch.used(executed.order(), givenBack(executed, permits, epoch));
    }
  }

  static boolean holds(Request request) {
    return request instanceof Request.Hold || request instanceof Request.HoldEach;
  }

  private static String text(Request request) {
    return request.toString().replace("policy=", "");
  }

  static Use use(Executed executed, long permits, long delay) {
    long at = executed.at() + delay;
    return new Use(
        executed.order(),
        at,
        executed.serverAt() + delay,
        permits,
        at,
        executed.request().policy(),
        Source.STORE);
  }

  private static Use givenBack(Executed executed, long permits, Epoch epoch) {
    return new Use(
        executed.order(),
        executed.at(),
        executed.serverAt(),
        -permits,
        Math.max(executed.at(), epoch.outstandingUntil()),
        executed.request().policy(),
        Source.STORE);
  }

  // --- the transport ---------------------------------------------------------------------------

  void failed(Pending pending, StoreException why) {
    boolean timeout = why instanceof StoreTimeoutException;
    if (why instanceof StoreMisconfiguredException) {
      world.counts().add(Kind.MISCONFIGURED);
    } else if (why.mayHaveRun()) {
      world.counts().add(timeout ? Kind.TIMEOUT_UNKNOWN : Kind.UNAVAILABLE_UNKNOWN);
    } else {
      world.counts().add(timeout ? Kind.TIMEOUT_UNSENT : Kind.UNAVAILABLE_UNSENT);
    }
    if (why.mayHaveRun()) {
      unknown.add(pending, world.now());
      if (pending.request() instanceof Request.Charge charge) {
        world.histories().of(charge).unsure(pending, charge.permits());
      }
    }
    world
        .journal()
        .note(
            () ->
                "  transport: "
                    + text(pending.request())
                    + " fails: "
                    + why.getMessage()
                    + (why.mayHaveRun() ? ", may have run" : ", has not run"));
  }

  /** Runs an action that is caused by the reply or the failure of a request. */
  void during(Pending pending, Runnable action) {
    Pending before = current;
    current = pending;
    action.run();
    current = before;
  }

  // --- the callers -----------------------------------------------------------------------------

  /** Records that a caller may use permits, or has returned some unused. */
  void granted(Call call, Decision decision) {
    switch (decision.source()) {
      case STORE -> grantedByStore(call, decision);
      case LEASE -> grantedByLease(call);
      case FALLBACK -> grantedByFallback(call, decision);
      default -> world.violated("source", () -> call + " was granted by " + decision.source());
    }
  }

  private void grantedByStore(Call call, Decision decision) {
    world.counts().add(Kind.GRANTED_BY_STORE);
    Known grant = known.get(decision);
    if (grant == null && current != null && current.wasCarriedOut()) {
      // Created from the decision of a part, which is this reply.
      grant = known.get(current.executed().decision());
    }
    if (grant == null) {
      throw new IllegalStateException("nobody knows who made " + decision);
    }
    Executed executed = grant.executed;
    long delay = executed.request() instanceof Request.Reserve ? executed.delay() : 0;
    grant.epoch.used(executed.order(), use(executed, call.used(), delay));
  }

  /**
   * If there are leases from several states, it is unknown which was spent. Such a use is not
   * recorded.
   */
  private void grantedByLease(Call call) {
    world.counts().add(Kind.GRANTED_BY_LEASE);
    List<Lease> leases =
        call.instance().leases().outstanding(call.key(), call.policy(), world.now());
    if (leases.isEmpty()) {
      world.violated("lease-ended", () -> call + " was granted by a lease that has ended");
    } else if (leases.stream().allMatch(lease -> lease.epoch() == leases.get(0).epoch())) {
      long first = leases.get(0).executed().order();
      long last = leases.get(leases.size() - 1).executed().order();
      long serverNow = world.server().clock().now();
      Use use =
          new Use(
              first,
              world.now(),
              serverNow,
              call.permits(),
              world.now(),
              call.policy(),
              Source.LEASE);
      leases.get(0).epoch().used(last, use);
    }
  }

  private void grantedByFallback(Call call, Decision decision) {
    world.counts().add(Kind.GRANTED_BY_FALLBACK);
    long at =
        StoreDecision.of(decision)
            .grant()
            .map(grant -> call.instance().process().trueTime(grant.usedAtMicros()))
            .orElse(world.now());
    long waited = StoreDecision.of(decision).grant().map(Grant::delayMicros).orElse(0L);
    Use use = byFallback(call.policy(), call.used(), at);
    call.instance().shares().granted(nameOf(call), use, at - waited);
    Pending failed =
        waited > 0
            ? unknown.takeReservation(call, at - waited)
            : call.kind() == Kind.JOINT ? unknown.takeHold(call) : current;
    if (failed == null || !UnknownOutcomes.isOf(failed, call)) {
      besides(call, use, at - waited);
      return;
    }
    world.histories().of(failed.request()).unsure(failed, call.permits());
    boolean ran = failed.wasCarriedOut() && failed.executed().granted() > 0;
    long delay = ran && waited > 0 ? failed.executed().delay() : 0;
    besides(call, ran ? use(failed.executed(), call.used(), delay) : use, at - waited);
  }

  /**
   * Records that a fallback has taken back what it had granted to a caller, or to one that stopped
   * waiting.
   */
  void refundedByFallback(Instance instance, Request.Refund refund) {
    Use use = byFallback(refund.policy(), -refund.permits(), world.now());
    KeyHistory.Name name = KeyHistory.Name.of(refund);
    instance.shares().granted(name, use, world.now());
    world.histories().of(name).now().usedBesides(use);
  }

  private void besides(Call call, Use use, long grantedAt) {
    world.histories().of(nameOf(call)).at(grantedAt).usedBesides(use);
  }

  private static KeyHistory.Name nameOf(Call call) {
    return new KeyHistory.Name(call.policy().name(), call.key());
  }

  /** Windows of a fallback follow its own clock. */
  private Use byFallback(Policy policy, long permits, long at) {
    long until = permits < 0 ? at + Application.LONGEST_WAIT : at;
    return new Use(world.server().orders(), at, at, permits, until, policy, Source.FALLBACK);
  }
}
