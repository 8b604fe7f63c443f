package io.github.ratelimiter.redis;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.JointRequest;
import java.util.List;

/** A joint request with all its keys under one hash tag. */
final class PendingJoint extends Pending<List<Decision>> {
  private final JointRequest request;

  PendingJoint(JointRequest request, Deadline deadline) {
    super(deadline);
    this.request = request;
  }

  JointRequest request() {
    return request;
  }

  @Override
  int keys() {
    return request.parts().size();
  }
}
