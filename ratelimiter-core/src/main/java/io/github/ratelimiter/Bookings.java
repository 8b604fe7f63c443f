package io.github.ratelimiter;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Callers that have booked permits of buckets ahead, and sleep until their turn. */
@SuppressWarnings({"FutureReturnValueIgnored", "ReturnValueIgnored"}) // A failure fails the turn.
final class Bookings {
  private final Function<Request, CompletableFuture<Decision>> store;
  private final TimeSource time;

  Bookings(Function<Request, CompletableFuture<Decision>> store, TimeSource time) {
    this.store = store;
    this.time = time;
  }

  CompletableFuture<Decision> book(Request.Book request) {
    Booking booking = new Booking(request);
    booking.turn.whenComplete((decision, failure) -> booking.turnIsOver());
    booking.ask(request);
    return booking.turn;
  }

  /** Gives back what a decision granted that nobody wants any more. */
  void undo(Request.Book request, Decision decision) {
    decision.grant().ifPresent(grant -> cancel(request, grant));
  }

  private void cancel(Request.Book request, Grant grant) {
    store.apply(new Request.Cancel(request.key(), request.policy(), grant));
  }

  private final class Booking {
    final CompletableFuture<Decision> turn = new CompletableFuture<>();
    private final Request.Book request;
    private final long deadline;
    private final Backoff backoff = new Backoff();
    private final AtomicReference<@Nullable Grant> booked = new AtomicReference<>();
    private volatile @Nullable CompletableFuture<Void> alarm;

    Booking(Request.Book request) {
      this.request = request;
      this.deadline = time.nowMicros() + request.maxWaitMicros();
    }

    void ask(Request.Book what) {
      store
          .apply(what)
          .whenComplete(
              (decision, failure) -> {
                if (failure == null) {
                  booked(decision);
                } else {
                  failed(failure);
                }
              });
    }

    private void booked(Decision decision) {
      Grant grant = decision.grant().orElse(null);
      booked.set(grant);
      if (grant == null || grant.delayMicros() == 0) {
        turn.complete(decision);
      } else {
        wakeAfter(grant.delayMicros(), () -> turn.complete(decision));
      }
      cancelIfLost();
    }

    /** What certainly has not run is asked again, for a turn before the same deadline. */
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
            ask(new Request.Book(request.key(), request.policy(), request.permits(), wait));
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

    /** Gives a booking back whose caller has gone: asked when either may have become true. */
    private void cancelIfLost() {
      if (turn.isCompletedExceptionally()) {
        Grant grant = booked.getAndSet(null);
        if (grant != null) {
          cancel(request, grant);
        }
      }
    }
  }
}
