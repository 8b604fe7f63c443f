package io.github.ratelimiter.redis;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.StoreTimeoutException;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.Request;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** A request on its way, and its caller's future. */
final class Pending extends CompletableFuture<Decision> {
  private final Request request;
  private final Deadline deadline;
  private final AtomicBoolean taken = new AtomicBoolean();

  /**
   * A request.
   *
   * @param deadline by when its caller is answered
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
   * Takes it to be sent.
   *
   * @return false if it must not be: its caller has had an answer, or its deadline has passed
   */
  boolean take(Now now) {
    if (isDue(now)) {
      expire(false);
    }
    return !isDone() && taken.compareAndSet(false, true);
  }

  /** Answers a caller whose deadline has passed. */
  void expire() {
    expire(!taken.compareAndSet(false, true));
  }

  /** Answers a caller whose deadline has passed. */
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
