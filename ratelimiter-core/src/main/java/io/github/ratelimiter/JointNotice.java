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
  private static final JointNotice TO_NOBODY = new JointNotice(List.of());

  private final List<ObservedPart> parts;
  private final List<Observation> observations;

  private record ObservedPart(int position, Request request, Observed call) {}

  private JointNotice(List<ObservedPart> parts) {
    this.parts = parts;
    this.observations = parts.stream().flatMap(part -> part.call.observations().stream()).toList();
  }

  /**
   * Begins a call. Allocates nothing if nobody is to be notified.
   *
   * @param observers those of each part
   * @param waits whether it may wait for permits
   */
  static JointNotice begin(JointRequest joint, List<Observers> observers, boolean waits) {
    List<ObservedPart> parts = null;
    for (int i = 0; i < observers.size(); i++) {
      Request request = joint.request(i);
      Observed call = observers.get(i).begin(request, waits);
      if (!call.byNobody()) {
        parts = parts == null ? new ArrayList<>() : parts;
        parts.add(new ObservedPart(i, request, call));
      }
    }
    return parts == null ? TO_NOBODY : new JointNotice(parts);
  }

  List<Observation> observations() {
    return observations;
  }

  /** Returns this; null if nobody is to be notified. */
  @Nullable JointNotice ifObserved() {
    return parts.isEmpty() ? null : this;
  }

  @Override
  public void ended(@Nullable JointDecision decision, @Nullable Throwable failure) {
    for (ObservedPart part : parts) {
      if (decision == null) {
        part.call.ended(null, failure);
      } else if (isFinal(decision, part.position)) {
        part.call.ended(decisionOf(decision, part.position), null);
      } else {
        Call query = new Call(peek(part.request), false);
        part.call.ended(query, decisionOf(decision, part.position), null);
      }
    }
  }

  /** Notifies the observers of each part's limiter of a joint call that was decided at once. */
  static void decided(JointRequest joint, List<Observers> observers, JointDecision decision) {
    for (int i = 0; i < observers.size(); i++) {
      if (isFinal(decision, i)) {
        observers.get(i).decided(joint.request(i), decisionOf(decision, i));
      } else if (!observers.get(i).isEmpty()) {
        observers.get(i).decided(peek(joint.request(i)), decisionOf(decision, i));
      }
    }
  }

  /** Returns false for a part that could have granted permits, but did not: it was only queried. */
  private static boolean isFinal(JointDecision joint, int part) {
    return joint.allowed() || !decisionOf(joint, part).allowed();
  }

  private static Request peek(Request request) {
    return new Request.Peek(request.key(), request.policy(), request.permits());
  }

  private static Decision decisionOf(JointDecision joint, int part) {
    return joint.parts().get(part).decision();
  }
}
