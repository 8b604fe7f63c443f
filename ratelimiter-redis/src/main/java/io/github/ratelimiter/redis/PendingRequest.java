package io.github.ratelimiter.redis;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.Request;

/** A request for one key. */
final class PendingRequest extends Pending<Decision> {
  private final Request request;

  PendingRequest(Request request, Deadline deadline) {
    super(deadline);
    this.request = request;
  }

  Request request() {
    return request;
  }

  @Override
  int keys() {
    return 1;
  }
}
