package io.github.ratelimiter.simulation;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Grant;
import io.github.ratelimiter.Request;
import io.github.ratelimiter.Source;
import io.github.ratelimiter.StoreException;
import io.github.ratelimiter.StoreMisconfiguredException;
import io.github.ratelimiter.StoreTimeoutException;
import io.github.ratelimiter.simulation.Leases.Lease;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps the log: what the server carried out, and what callers were granted, when and by whom. */
final class Recorder {
  private record Known(Executed executed, Epoch epoch) {}

  private final World world;
  private final IdentityHashMap<Decision, Known> known = new IdentityHashMap<>();

  /** The request whose answer, or failure, is being heard of just now. */
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
    if (request instanceof Request.Reset) {
      history.lost();
    } else if (request instanceof Request.Refund refund) {
      epoch.used(executed.order(), givenBack(executed, refund.permits(), epoch));
    } else if (request instanceof Request.Lease && executed.granted() > 0) {
      world.counts().add(Kind.LEASE_GRANTED);
      executed.instance().leases().add(executed, epoch);
    } else if (request instanceof Request.GiveBack back) {
      world.counts().add(Kind.LEASE_GIVEN_BACK);
      executed
          .instance()
          .leases()
          .of(back.grant())
          .filter(lease -> lease.epoch() != epoch)
          .ifPresent(lease -> world.counts().add(Kind.LEASE_RETURNED_TO_ANOTHER_STATE));
    } else if (request instanceof Request.Charge) {
      world.counts().add(Kind.CHARGED);
    } else if (request instanceof Request.Book && executed.delay() > 0) {
      world.counts().add(Kind.BOOKED);
    } else if (request instanceof Request.Cancel) {
      world.counts().add(Kind.BOOKING_CANCELLED);
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
                    + executed.decision().grant().map(g -> " " + g).orElse(""));
  }

  private static String text(Request request) {
    return request.toString().replace("policy=", "");
  }

  private static Use use(Executed executed, long permits, long delay) {
    long at = executed.at() + delay;
    return new Use(
        at, executed.serverAt() + delay, permits, at, executed.request().policy(), Source.STORE);
  }

  private static Use givenBack(Executed executed, long permits, Epoch epoch) {
    return new Use(
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
    if (why.mayHaveRun() && pending.request() instanceof Request.Charge charge) {
      long most = Collections.max(charge.permits());
      world.histories().of(charge).unsure(pending, most, world.now());
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

  /** Does something that happens because a request was answered, or failed. */
  void during(Pending pending, Runnable action) {
    Pending before = current;
    current = pending;
    action.run();
    current = before;
  }

  // --- the callers -----------------------------------------------------------------------------

  /** A caller may use permits, or has given some back unused. */
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
      // Made anew from the decision of a part, whose answer this is.
      grant = known.get(current.executed().decision());
    }
    if (grant == null) {
      throw new IllegalStateException("nobody knows who made " + decision);
    }
    Executed executed = grant.executed;
    long delay = executed.request() instanceof Request.Book ? executed.delay() : 0;
    grant.epoch.used(executed.order(), use(executed, call.permits(), delay));
  }

  /** Of leases from several states it is not known which was spent: such a use is left out. */
  private void grantedByLease(Call call) {
    world.counts().add(Kind.GRANTED_BY_LEASE);
    List<Lease> leases =
        call.instance().leases().outstanding(call.key(), call.policy(), world.now());
    if (leases.isEmpty()) {
      world.violated("lease-ended", () -> call + " was granted by a lease that has ended");
    } else if (leases.stream().allMatch(lease -> lease.epoch() == leases.get(0).epoch())) {
      long order = leases.get(leases.size() - 1).executed().order();
      leases.get(0).epoch().used(order, besides(call, call.permits(), world.now(), Source.LEASE));
    }
  }

  private void grantedByFallback(Call call, Decision decision) {
    world.counts().add(Kind.GRANTED_BY_FALLBACK);
    long at =
        decision
            .grant()
            .map(grant -> call.instance().process().trueTime(grant.usedAtMicros()))
            .orElse(world.now());
    long waited = decision.grant().map(Grant::delayMicros).orElse(0L);
    fellBack(call, besides(call, call.permits(), at, Source.FALLBACK), at - waited);
    Pending failed = current;
    if (failed != null && failed.isUnknown() && failed.request().key().equals(call.key())) {
      world.histories().of(failed.request()).unsure(failed, call.permits(), world.now());
    }
  }

  /** A fallback has taken back what it had granted. */
  void refundedByFallback(Call call) {
    fellBack(call, besides(call, -call.permits(), world.now(), Source.FALLBACK), world.now());
  }

  private void fellBack(Call call, Use use, long decided) {
    KeyHistory.Name name = new KeyHistory.Name(call.policy().name(), call.key());
    call.instance().shares().granted(name, use, decided);
    world.histories().of(name).now().usedBesides(use);
  }

  /** A lease's window is one of the server's; a fallback's are those of its own clock. */
  private Use besides(Call call, long permits, long at, Source source) {
    long serverAt = source == Source.LEASE ? world.server().clock().now() : at;
    long until = permits < 0 ? at + Application.LONGEST_WAIT : at;
    return new Use(at, serverAt, permits, until, call.policy(), source);
  }
}
