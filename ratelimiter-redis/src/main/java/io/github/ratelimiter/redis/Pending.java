package io.github.ratelimiter.redis;

import io.github.ratelimiter.CallObserver.Observation;
import io.github.ratelimiter.StoreTimeoutException;
import io.github.ratelimiter.store.Deadline;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A request in progress, and its caller's future.
 *
 * @param <T> the type of the decision
 */
abstract sealed class Pending<T> extends CompletableFuture<T> permits PendingRequest, PendingJoint {
  private final Deadline deadline;
  private final AtomicBoolean taken = new AtomicBoolean();

  /**
   * Creates a pending request.
   *
   * @param deadline the deadline of its caller
   */
  Pending(Deadline deadline) {
    this.deadline = deadline;
  }

  /** Returns the number of keys. */
  abstract int keys();

  /** Returns the observations of the caller. */
  final List<Observation> observations() {
    return deadline.observations();
  }

  final boolean isDue(Now now) {
    return now.isPast(deadline);
  }

  /**
   * Claims the request to send it.
   *
   * @return false if it must not be sent: it is complete, or its deadline has passed
   */
  final boolean take(Now now) {
    if (isDue(now)) {
      expire(false);
    }
    return !isDone() && taken.compareAndSet(false, true);
  }

  /** Fails the request because its deadline has passed. */
  final void expire() {
    expire(!taken.compareAndSet(false, true));
  }

  /** Fails the request because its deadline has passed. */
  final void expire(boolean mayHaveRun) {
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
