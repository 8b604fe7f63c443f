package io.github.ratelimiter;

import io.github.ratelimiter.store.Grant;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StoreDecision;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Callers that have reserved permits of buckets and wait for their turn. */
@SuppressWarnings({
  "FutureReturnValueIgnored",
  "ReturnValueIgnored"
}) // A failure completes the turn.
final class Reservations {
  private final Function<Request, CompletableFuture<Decision>> store;
  private final TimeSource time;

  Reservations(Function<Request, CompletableFuture<Decision>> store, TimeSource time) {
    this.store = store;
    this.time = time;
  }

  CompletableFuture<Decision> reserve(Request.Reserve request) {
    Reservation reservation = new Reservation(request);
    reservation.turn.whenComplete((decision, failure) -> reservation.turnIsOver());
    reservation.ask(request);
    return reservation.turn;
  }

  /** Returns the permits of a decision that has no receiver any more. */
  void undo(Request.Reserve request, Decision decision) {
    StoreDecision.of(decision).grant().ifPresent(grant -> cancel(request, grant));
  }

  private void cancel(Request.Reserve request, Grant grant) {
    store.apply(new Request.Release(request.key(), request.policy(), grant));
  }

  private final class Reservation {
    final CompletableFuture<Decision> turn = new CompletableFuture<>();
    private final Request.Reserve request;
    private final long deadline;
    private final Backoff backoff = new Backoff();
    private final AtomicReference<@Nullable Grant> reserved = new AtomicReference<>();
    private volatile @Nullable CompletableFuture<Void> alarm;

    Reservation(Request.Reserve request) {
      this.request = request;
      this.deadline = time.nowMicros() + request.maxWaitMicros();
    }

    void ask(Request.Reserve what) {
      store
          .apply(what)
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
      cancelIfLost();
    }

    /** Repeats a request that certainly has not run, for a turn before the same deadline. */
    private void failed(Throwable failure) {
      long left = deadline - time.nowMicros();
      if (left <= 0 || !Backoff.mayAskAgain(failure)) {
        turn.completeExceptionally(failure);
        return;
      }
      wakeAfter(
          Math.min(backoff.nextMicros(), left),
          () -> {
            long wait = Math.max(deadline - time.nowMicros(), 0);
            ask(new Request.Reserve(request.key(), request.policy(), request.permits(), wait));
          });
    }

    private void wakeAfter(long micros, Runnable action) {
      CompletableFuture<Void> set = time.after(micros);
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

    void turnIsOver() {
      CompletableFuture<Void> set = alarm;
      if (set != null) {
        set.cancel(false);
      }
      cancelIfLost();
    }

    /**
     * Cancels the reservation if its caller has gone. Called when either of the two becomes true.
     */
    private void cancelIfLost() {
      if (turn.isCompletedExceptionally()) {
        Grant grant = reserved.getAndSet(null);
        if (grant != null) {
          cancel(request, grant);
        }
      }
    }
  }
}
