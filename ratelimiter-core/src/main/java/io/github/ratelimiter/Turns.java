package io.github.ratelimiter;

import io.github.ratelimiter.CallObserver.Observation;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.Grant;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StoreDecision;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Callers that have reserved permits of buckets and wait for their turn. */
@SuppressWarnings({
  "FutureReturnValueIgnored",
  "ReturnValueIgnored"
}) // A failure completes the turn.
final class Turns {
  private final BiFunction<Request, Deadline, CompletableFuture<Decision>> store;
  private final TimeSource time;
  private final long timeoutMicros;

  /**
   * Creates an object without callers.
   *
   * @param timeoutMicros the longest time that a call of the store takes
   */
  Turns(
      BiFunction<Request, Deadline, CompletableFuture<Decision>> store,
      TimeSource time,
      long timeoutMicros) {
    this.store = store;
    this.time = time;
    this.timeoutMicros = timeoutMicros;
  }

  CompletableFuture<Decision> reserve(Request.Reserve request, List<Observation> observations) {
    Waiting waiting = new Waiting(request, observations);
    waiting.turn.whenComplete((decision, failure) -> waiting.turnIsOver());
    waiting.ask();
    return waiting.turn;
  }

  /** Returns the permits of a call that was cancelled before its decision arrived. */
  void undo(Request.Reserve request, Decision decision) {
    StoreDecision.of(decision).grant().ifPresent(grant -> release(request, grant));
  }

  private void release(Request.Reserve request, Grant grant) {
    Deadline noHurry = Deadline.afterMicros(timeoutMicros, time);
    store.apply(new Request.Release(request.key(), request.policy(), grant), noHurry);
  }

  private final class Waiting extends Attempts<Decision> {
    private final Request.Reserve request;
    private final AtomicReference<@Nullable Grant> reserved = new AtomicReference<>();
    private boolean asked;

    Waiting(Request.Reserve request, List<Observation> observations) {
      super(time, request.maxWaitMicros(), timeoutMicros, observations);
      this.request = request;
    }

    /** A further attempt is for a turn before the same deadline. */
    @Override
    void ask() {
      Request.Reserve now = request;
      if (asked) {
        long wait = Math.max(leftMicros(), 0);
        now = new Request.Reserve(request.key(), request.policy(), request.permits(), wait);
      }
      asked = true;
      store
          .apply(now, ofCall())
          .whenComplete(
              (decision, failure) -> {
                if (failure == null) {
                  reserved(decision);
                } else {
                  failed(failure);
                }
              });
    }

    private void reserved(Decision decision) {
      Grant grant = StoreDecision.of(decision).grant().orElse(null);
      reserved.set(grant);
      if (grant == null || grant.delayMicros() == 0) {
        turn.complete(decision);
      } else {
        wakeAfter(grant.delayMicros(), () -> turn.complete(decision));
      }
      releaseIfLost();
    }

    void turnIsOver() {
      cancelAlarm();
      releaseIfLost();
    }

    /**
     * Releases the reservation if the call was cancelled or failed. Called when the reservation is
     * made, and when the call ends.
     */
    private void releaseIfLost() {
      if (turn.isCompletedExceptionally()) {
        Grant grant = reserved.getAndSet(null);
        if (grant != null) {
          release(request, grant);
        }
      }
    }
  }
}
