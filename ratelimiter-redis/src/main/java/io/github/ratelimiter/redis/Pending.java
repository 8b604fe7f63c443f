package io.github.ratelimiter.redis;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.StoreTimeoutException;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.Request;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** A request in progress, and its caller's future. */
final class Pending extends CompletableFuture<Decision> {
  private final Request request;
  private final Deadline deadline;
  private final AtomicBoolean taken = new AtomicBoolean();

  /**
   * Creates a pending request.
   *
   * @param deadline the deadline of its caller
   */
  Pending(Request request, Deadline deadline) {
    this.request = request;
    this.deadline = deadline;
  }

  Request request() {
    return request;
  }

  boolean isDue(Now now) {
    return now.isPast(deadline);
  }

  /**
   * Claims the request to send it.
   *
   * @return false if it must not be sent: it is complete, or its deadline has passed
   */
  boolean take(Now now) {
    if (isDue(now)) {
      expire(false);
    }
    return !isDone() && taken.compareAndSet(false, true);
  }

  /** Fails the request because its deadline has passed. */
  void expire() {
    expire(!taken.compareAndSet(false, true));
  }

  /** Fails the request because its deadline has passed. */
  void expire(boolean mayHaveRun) {
    if (!isDone()) {
      completeExceptionally(
          new StoreTimeoutException(
              mayHaveRun
                  ? "Redis did not answer in time; the request may have been carried out"
                  : "the deadline passed before the request was sent to Redis",
              mayHaveRun,
              null));
    }
  }
}
