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
    CompletableFuture<Decision> turn = new CompletableFuture<>();
    AtomicReference<@Nullable Grant> booked = new AtomicReference<>();
    turn.whenComplete((decision, failure) -> cancelIfLost(request, turn, booked));
    store
        .apply(request)
        .whenComplete(
            (decision, failure) -> {
              if (failure != null) {
                turn.completeExceptionally(failure);
                return;
              }
              Grant grant = decision.grant().orElse(null);
              booked.set(grant);
              if (grant == null || grant.delayMicros() == 0) {
                turn.complete(decision);
              } else {
                wake(turn, decision, grant.delayMicros());
              }
              cancelIfLost(request, turn, booked);
            });
    return turn;
  }

  private void wake(CompletableFuture<Decision> turn, Decision decision, long micros) {
    CompletableFuture<Void> alarm = time.after(micros);
    alarm.thenRun(() -> turn.complete(decision));
    turn.whenComplete((d, failure) -> alarm.cancel(false));
  }

  /** Gives a booking back whose caller has gone: asked when either may have become true. */
  private void cancelIfLost(
      Request.Book request,
      CompletableFuture<Decision> turn,
      AtomicReference<@Nullable Grant> booked) {
    if (turn.isCompletedExceptionally()) {
      Grant grant = booked.getAndSet(null);
      if (grant != null) {
        store.apply(new Request.Cancel(request.key(), request.policy(), grant));
      }
    }
  }
}
