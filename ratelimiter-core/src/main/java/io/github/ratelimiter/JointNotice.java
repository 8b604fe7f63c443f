package io.github.ratelimiter;

import io.github.ratelimiter.CallObserver.Observation;
import io.github.ratelimiter.Observers.Observed;
import io.github.ratelimiter.store.JointRequest;
import io.github.ratelimiter.store.Request;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Notifies the observers of each part's limiter of a joint call that waits. */
final class JointNotice implements Delivery.Notice<JointDecision> {
  private final JointRequest joint;
  private final List<Observed> calls = new ArrayList<>();
  private final List<Observation> observations = new ArrayList<>();

  /**
   * Begins a call.
   *
   * @param observers those of each part
   * @param waits whether it may wait for permits
   */
  JointNotice(JointRequest joint, List<Observers> observers, boolean waits) {
    this.joint = joint;
    for (int i = 0; i < observers.size(); i++) {
      Observed call = observers.get(i).begin(joint.request(i), waits);
      calls.add(call);
      observations.addAll(call.observations());
    }
  }

  List<Observation> observations() {
    return observations;
  }

  /** Returns this; null if nobody is to be notified. */
  @Nullable JointNotice ifObserved() {
    return calls.stream().allMatch(Observed::byNobody) ? null : this;
  }

  @Override
  public void ended(@Nullable JointDecision decision, @Nullable Throwable failure) {
    for (int i = 0; i < calls.size(); i++) {
      if (decision == null) {
        calls.get(i).ended(null, failure);
      } else if (isFinal(decision, i)) {
        calls.get(i).ended(decisionOf(decision, i), null);
      } else {
        calls.get(i).ended(new Call(peek(joint, i), false), decisionOf(decision, i), null);
      }
    }
  }

  /** Notifies the observers of each part's limiter of a joint call that was decided at once. */
  static void decided(JointRequest joint, List<Observers> observers, JointDecision decision) {
    for (int i = 0; i < observers.size(); i++) {
      Request request = isFinal(decision, i) ? joint.request(i) : peek(joint, i);
      observers.get(i).decided(request, decisionOf(decision, i));
    }
  }

  /** Returns false for a part that could have granted permits, but did not: it was only queried. */
  private static boolean isFinal(JointDecision joint, int part) {
    return joint.allowed() || !decisionOf(joint, part).allowed();
  }

  private static Request peek(JointRequest joint, int part) {
    Request request = joint.request(part);
    return new Request.Peek(request.key(), request.policy(), request.permits());
  }

  private static Decision decisionOf(JointDecision joint, int part) {
    return joint.parts().get(part).decision();
  }
}
