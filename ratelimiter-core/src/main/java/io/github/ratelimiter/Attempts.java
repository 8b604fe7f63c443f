package io.github.ratelimiter;

import io.github.ratelimiter.CallObserver.Observation;
import io.github.ratelimiter.store.Deadline;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A caller that waits for permits and asks the store again until a deadline.
 *
 * @param <T> the type of the decision
 */
abstract class Attempts<T> {
  private final long deadline;
  final CompletableFuture<T> turn = new CompletableFuture<>();
  private final TimeSource time;
  private final long timeoutMicros;
  private final List<Observation> observations;
  private final Backoff backoff = new Backoff();
  private volatile @Nullable CompletableFuture<Void> alarm;

  /**
   * Creates a caller that has not asked yet.
   *
   * @param maxWaitMicros the time until the deadline
   * @param timeoutMicros the longest time that a call of the store takes
   * @param observations those of the caller
   */
  Attempts(
      TimeSource time, long maxWaitMicros, long timeoutMicros, List<Observation> observations) {
    this.time = time;
    this.timeoutMicros = timeoutMicros;
    this.observations = observations;
    this.deadline = time.nowMicros() + maxWaitMicros;
  }

  /** Asks the store. */
  abstract void ask();

  /** Returns the deadline of a call that begins now: at most one timeout after the caller's. */
  final Deadline ofCall() {
    return Deadline.afterMicros(timeoutMicros + Math.min(leftMicros(), 0), time)
        .observedBy(observations);
  }

  /** Returns the time until the deadline; negative after it. */
  final long leftMicros() {
    return deadline - time.nowMicros();
  }

  /** Asks again when permits may be available. */
  final void askAfter(long retryAfterMicros) {
    // A store may answer "retry after 0" and refuse again. The backoff bounds the request rate.
    wakeAfter(retryAfterMicros > 0 ? retryAfterMicros : backoff.nextMicros(), this::ask);
  }

  /** Repeats a request that certainly has not run, until the deadline. */
  final void failed(Throwable failure) {
    long left = leftMicros();
    if (left > 0 && Backoff.mayAskAgain(failure)) {
      wakeAfter(Math.min(backoff.nextMicros(), left), this::ask);
    } else {
      turn.completeExceptionally(failure);
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // The alarm cannot fail.
  final void wakeAfter(long micros, Runnable action) {
    CompletableFuture<Void> set = time.after(Math.max(micros, 0));
    alarm = set;
    set.thenRun(
        () -> {
          if (!turn.isDone()) {
            action.run();
          }
        });
    if (turn.isDone()) {
      set.cancel(false);
    }
  }

  final void cancelAlarm() {
    CompletableFuture<Void> set = alarm;
    if (set != null) {
      set.cancel(false);
    }
  }
}
