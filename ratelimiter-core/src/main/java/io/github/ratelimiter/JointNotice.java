package io.github.ratelimiter;

import io.github.ratelimiter.store.JointRequest;
import io.github.ratelimiter.store.Request;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Notifies the listeners of each part's limiter of a joint call. */
final class JointNotice implements Delivery.Notice<JointDecision> {
  private final JointRequest joint;
  private final boolean waits;
  private final List<@Nullable DecisionListeners> listeners;
  private final long[] starts;

  /**
   * Begins a call.
   *
   * @param listeners those of each part; null if a part has none
   */
  JointNotice(JointRequest joint, boolean waits, List<@Nullable DecisionListeners> listeners) {
    this.joint = joint;
    this.waits = waits;
    this.listeners = listeners;
    this.starts = new long[listeners.size()];
    for (int i = 0; i < starts.length; i++) {
      DecisionListeners some = listeners.get(i);
      starts[i] = some == null ? 0 : some.start();
    }
  }

  @Override
  public void ended(@Nullable JointDecision decision, @Nullable Throwable failure) {
    for (int i = 0; i < starts.length; i++) {
      DecisionListeners some = listeners.get(i);
      if (some != null && decision != null) {
        decided(some, i, decision);
      } else if (some != null && failure != null) {
        some.failed(joint.request(i), waits, failure, starts[i]);
      }
    }
  }

  /** A part that could have granted permits, but did not, has only been queried. */
  private void decided(DecisionListeners some, int part, JointDecision joint) {
    Request request = this.joint.request(part);
    Decision decision = joint.parts().get(part).decision();
    if (joint.allowed() || !decision.allowed()) {
      some.decided(request, waits, decision, starts[part]);
    } else {
      Request peek = new Request.Peek(request.key(), request.policy(), request.permits());
      some.decided(peek, false, decision, starts[part]);
    }
  }
}
