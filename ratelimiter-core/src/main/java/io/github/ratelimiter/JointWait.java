package io.github.ratelimiter;

import io.github.ratelimiter.CallObserver.Observation;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.JointRequest;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StateStore;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** A caller that waits until all parts of a joint request can grant their permits. */
@SuppressWarnings("FutureReturnValueIgnored") // A failure completes the turn.
final class JointWait extends Attempts<JointDecision> {
  private final JointRequest request;
  private final StateStore store;
  private final Function<List<Decision>, JointDecision> result;

  /**
   * Creates a wait that has not begun.
   *
   * @param result makes the decision of the call from those of the parts
   */
  JointWait(
      JointRequest request,
      StateStore store,
      Function<List<Decision>, JointDecision> result,
      TimeSource time,
      long maxWaitMicros,
      long timeoutMicros,
      List<Observation> observations) {
    super(time, maxWaitMicros, timeoutMicros, observations);
    this.request = request;
    this.store = store;
    this.result = result;
  }

  CompletableFuture<JointDecision> begin() {
    turn.whenComplete((decision, failure) -> cancelAlarm());
    ask();
    return turn;
  }

  @Override
  void ask() {
    StateStore.askAll(store, request, this::ofCall)
        .whenComplete(
            (decisions, failure) -> {
              if (failure != null) {
                failed(failure);
                return;
              }
              try {
                decided(result.apply(decisions));
              } catch (RuntimeException e) {
                turn.completeExceptionally(e); // The store has a defect.
              }
            });
  }

  private void decided(JointDecision decision) {
    boolean comesLater =
        decision.outcome() == Decision.Outcome.REFUSED
            && decision.retryAfterMicros() <= leftMicros();
    if (comesLater && !turn.isDone()) {
      askAfter(decision.retryAfterMicros());
    } else if (!turn.complete(decision)) {
      undo(decision); // The call was cancelled before the answer came.
    }
  }

  /** Returns the permits of a call that was cancelled before its decision arrived. */
  void undo(JointDecision decision) {
    if (!decision.allowed()) {
      return;
    }
    for (int i = 0; i < decision.parts().size(); i++) {
      Decision part = decision.parts().get(i).decision();
      // A permit of a lease stays used: the store knows the lease only.
      if (part.allowed() && part.source() != Decision.Source.LEASE) {
        Request taken = request.request(i);
        Deadline noHurry = ofCall();
        StateStore.ask(store, Request.returning(taken, taken.permits(), part), () -> noHurry);
      }
    }
  }
}
