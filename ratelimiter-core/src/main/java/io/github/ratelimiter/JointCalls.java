package io.github.ratelimiter;

import io.github.ratelimiter.JointDecision.PartDecision;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.JointRequest;
import io.github.ratelimiter.store.StateStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The calls of a joint limiter: sends requests to the store of the parts, waits for decisions or
 * delivers them, and notifies the observers of each part. Thread-safe.
 */
final class JointCalls {
  private final List<JointLimiter.Part> parts;
  private final StateStore store;
  private final Calls first;
  private final List<Observers> observers;

  JointCalls(List<JointLimiter.Part> parts) {
    this.parts = parts;
    this.first = parts.get(0).limiter.calls();
    this.store = first.store();
    Observers[] observers = new Observers[parts.size()];
    for (int i = 0; i < observers.length; i++) {
      observers[i] = parts.get(i).limiter.calls().observers();
    }
    this.observers = List.of(observers);
  }

  // --- blocking --------------------------------------------------------------------------------

  JointDecision decide(JointRequest request) {
    JointDecision atOnce = tryDecide(request);
    return atOnce != null ? atOnce : decideLater(request);
  }

  /** Returns the decision if it needs no waiting; null if it does. */
  private @Nullable JointDecision tryDecide(JointRequest request) {
    try {
      List<Decision> decisions = store.tryDecideAll(request);
      if (decisions == null) {
        return null;
      }
      JointDecision decision = decision(decisions);
      JointNotice.decided(request, observers, decision);
      return decision;
    } catch (RuntimeException | Error e) {
      notice(request, false).ended(null, e);
      throw e;
    }
  }

  private JointDecision decideLater(JointRequest request) {
    JointNotice notice = notice(request, false);
    try {
      Blocking.checkMayWait("the call");
      CompletableFuture<List<Decision>> later =
          store.decideAll(request, deadline(notice)).toCompletableFuture();
      return ended(notice, decision(Blocking.join(later)));
    } catch (RuntimeException | Error e) {
      notice.ended(null, e);
      throw e;
    }
  }

  JointDecision await(JointRequest request, long maxWaitMicros) throws InterruptedException {
    JointNotice notice = notice(request, true);
    JointWait wait = wait(request, maxWaitMicros, notice);
    try {
      return ended(notice, Blocking.await(wait::begin));
    } catch (InterruptedException e) {
      notice.ended(null, new CancellationException());
      throw e;
    } catch (RuntimeException | Error e) {
      notice.ended(null, e);
      throw e;
    }
  }

  JointReservation reserve(JointRequest holds) {
    return reservation(holds, decide(holds));
  }

  // --- asynchronous ----------------------------------------------------------------------------

  CompletableFuture<JointDecision> decideAsync(JointRequest request) {
    CompletableFuture<JointDecision> atOnce = decideAtOnce(request);
    if (atOnce != null) {
      return atOnce;
    }
    JointNotice notice = notice(request, false);
    return first
        .delivery()
        .deliver(notice.ifObserved(), () -> send(request, notice), decision -> {});
  }

  /** Returns a completed future; null if the store would have to wait. */
  private @Nullable CompletableFuture<JointDecision> decideAtOnce(JointRequest request) {
    try {
      JointDecision decision = tryDecide(request);
      return decision == null ? null : CompletableFuture.completedFuture(decision);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private CompletableFuture<JointDecision> send(JointRequest request, JointNotice notice) {
    return StateStore.sendAll(store, request, deadline(notice)).thenApply(this::decision);
  }

  CompletableFuture<JointDecision> awaitAsync(JointRequest request, long maxWaitMicros) {
    JointNotice notice = notice(request, true);
    JointWait wait = wait(request, maxWaitMicros, notice);
    return first.delivery().deliver(notice.ifObserved(), wait::begin, wait::undo);
  }

  CompletableFuture<JointReservation> reserveAsync(JointRequest holds) {
    CompletableFuture<JointDecision> atOnce = decideAtOnce(holds);
    if (atOnce != null) {
      return atOnce.thenApply(decision -> reservation(holds, decision));
    }
    JointNotice notice = notice(holds, false);
    return first
        .delivery()
        .deliver(reserved(notice), () -> sendToReserve(holds, notice), JointCalls::cancel);
  }

  private static Delivery.@Nullable Notice<JointReservation> reserved(JointNotice notice) {
    return notice.ifObserved() == null
        ? null
        : (made, failure) -> notice.ended(made == null ? null : made.decision(), failure);
  }

  private CompletableFuture<JointReservation> sendToReserve(
      JointRequest holds, JointNotice notice) {
    CompletableFuture<JointReservation> made = new CompletableFuture<>();
    var unused =
        send(holds, notice)
            .whenComplete(
                (decision, failure) -> {
                  if (failure != null) {
                    made.completeExceptionally(failure);
                    return;
                  }
                  JointReservation reservation = reservation(holds, decision);
                  if (!made.complete(reservation)) {
                    cancel(reservation); // The call was cancelled before the answer came.
                  }
                });
    return made;
  }

  private static void cancel(JointReservation lost) {
    lost.cancelAsync();
  }

  // --- results ---------------------------------------------------------------------------------

  JointDecision decision(List<Decision> decisions) {
    List<PartDecision> each = new ArrayList<>(decisions.size());
    for (int i = 0; i < decisions.size(); i++) {
      each.add(new PartDecision(parts.get(i), decisions.get(i)));
    }
    return new JointDecision(each);
  }

  private JointReservation reservation(JointRequest holds, JointDecision decision) {
    List<Reservation> each = new ArrayList<>(parts.size());
    for (int i = 0; i < parts.size(); i++) {
      Decision part = decision.parts().get(i).decision();
      boolean granted = decision.allowed() && part.allowed();
      each.add(Reservation.of(parts.get(i).limiter.calls(), holds.request(i), part, granted));
    }
    return new JointReservation(decision, each);
  }

  private JointNotice notice(JointRequest request, boolean waits) {
    return JointNotice.begin(request, observers, waits);
  }

  private JointWait wait(JointRequest request, long maxWaitMicros, JointNotice notice) {
    return first.jointWait(request, maxWaitMicros, this::decision, notice.observations());
  }

  private Deadline deadline(JointNotice notice) {
    return first.deadline(notice.observations());
  }

  private static JointDecision ended(JointNotice notice, JointDecision decision) {
    notice.ended(decision, null);
    return decision;
  }
}
