package io.github.ratelimiter.cache;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.JointRequest;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StateStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Decides joint requests: parts with a lease here, the others by the store. Thread-safe. */
final class JointDecisions {
  private final StateStore store;
  private final TimeSource time;
  private final Slots slots;
  private final Leases leases;
  private final long leaseMicros;
  private final long refusalMicros;

  JointDecisions(AdmissionCacheBuilder settings, Slots slots, Leases leases) {
    this.store = settings.store;
    this.time = settings.timeSource;
    this.slots = slots;
    this.leases = leases;
    this.leaseMicros = settings.leaseMicros;
    this.refusalMicros = settings.mostRefusalMicros();
  }

  /** Returns the decisions if all parts can be decided here; null otherwise. */
  @Nullable List<Decision> tryDecide(JointRequest request) {
    long now = time.nowMicros();
    JointParts parts = partsHere(request, now, now);
    if (parts.isComplete()) {
      return parts.decided();
    }
    parts.giveBack();
    return null;
  }

  CompletableFuture<List<Decision>> decide(JointRequest request, Deadline deadline) {
    long now = time.nowMicros();
    JointParts parts = partsHere(request, now, now + deadline.leftMicros());
    if (parts.isComplete()) {
      return CompletableFuture.completedFuture(parts.decided());
    }
    return parts.isRefused() ? look(parts, deadline) : ask(request, parts, now, deadline);
  }

  /**
   * A known refusal refuses the request. The other parts are only looked at, so that a caller who
   * is over a limit takes nothing from the others, not even for a moment.
   */
  private CompletableFuture<List<Decision>> look(JointParts parts, Deadline deadline) {
    List<CompletableFuture<Decision>> looks = new ArrayList<>();
    for (JointRequest.Part part : parts.left()) {
      Request one = part.request();
      Request peek = new Request.Peek(one.key(), one.policy(), one.permits());
      looks.add(StateStore.send(store, peek, deadline));
    }
    return CompletableFuture.allOf(looks.toArray(CompletableFuture<?>[]::new))
        .whenComplete(
            (done, failure) -> {
              if (failure != null) {
                parts.giveBack();
              }
            })
        .thenApply(done -> parts.with(looks.stream().map(CompletableFuture::join).toList()));
  }

  private CompletableFuture<List<Decision>> ask(
      JointRequest request, JointParts parts, long now, Deadline deadline) {
    JointRequest rest = new JointRequest(parts.left());
    List<@Nullable Slot> missed = new ArrayList<>();
    rest.parts().forEach(part -> missed.add(missed(part.request(), now, deadline)));
    return StateStore.sendAll(store, rest, deadline)
        .whenComplete(
            (decisions, failure) -> {
              if (decisions == null) {
                parts.giveBack();
              } else {
                remember(rest, missed, decisions, now);
              }
            })
        .thenCompose(decisions -> merge(request, parts, rest, decisions, deadline));
  }

  private CompletableFuture<List<Decision>> merge(
      JointRequest request,
      JointParts parts,
      JointRequest rest,
      List<Decision> decisions,
      Deadline deadline) {
    if (!rest.isGrantedBy(decisions) || !parts.isTooLate(time.nowMicros())) {
      return CompletableFuture.completedFuture(parts.with(decisions));
    }
    // The answer came after the deadline, and a lease has ended: its permits must not be used now.
    parts.giveBack();
    for (int part = 0; part < decisions.size(); part++) {
      Decision decision = decisions.get(part);
      if (decision.allowed()) {
        Request taken = rest.request(part);
        Request back = Request.returning(taken, taken.permits(), decision);
        var unused = StateStore.send(store, back, Deadline.after(store.timeout(), time));
      }
    }
    return StateStore.sendAll(store, request, deadline);
  }

  /**
   * Decides what can be decided here.
   *
   * @param lastUse when the permits are used at the latest
   */
  private JointParts partsHere(JointRequest request, long now, long lastUse) {
    JointParts parts = new JointParts(request);
    for (int part = 0; part < request.parts().size(); part++) {
      Request one = request.request(part);
      // The permits of a hold are released to the store, so they must come from it.
      Slot slot =
          one instanceof Request.Acquire ? slots.findQuietly(one.key(), one.policy()) : null;
      parts.decide(part, slot, now, lastUse);
      Lease lease = slot == null ? null : slot.lease;
      if (slot != null && lease != null && lease.isLow(now)) {
        leases.renew(slot, now);
      }
    }
    return parts;
  }

  /**
   * Counts a part that found no lease. If there is enough demand, a lease for later parts is
   * requested, and nobody waits for it. A lease that is shorter than a call could never be spent.
   */
  private @Nullable Slot missed(Request part, long now, Deadline deadline) {
    Slot slot = slots.requested(part.key(), part.policy(), now);
    if (slot != null && slot.leaseMicros > deadline.leftMicros() && !hasLease(slot, part, now)) {
      slot.recordMiss(part.permits(), now, leaseMicros);
      leases.renew(slot, now);
    }
    return slot;
  }

  /** Returns whether there is a lease with enough permits, which only ends too soon. */
  private static boolean hasLease(Slot slot, Request part, long now) {
    Lease lease = slot.lease;
    return lease != null && lease.has(part.permits(), now);
  }

  private void remember(
      JointRequest rest, List<@Nullable Slot> missed, List<Decision> decisions, long asked) {
    for (int part = 0; part < decisions.size(); part++) {
      Slot slot = missed.get(part);
      if (slot != null) {
        slot.remember(decisions.get(part), rest.request(part).permits(), asked, refusalMicros);
      }
    }
  }
}
