package io.github.ratelimiter;

import io.github.ratelimiter.Observers.Observed;
import io.github.ratelimiter.internal.Periods;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.Request;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Calls that may wait for permits: in turn if the store can reserve them, otherwise in queues. */
final class Waits {
  /**
   * A call that may wait for permits.
   *
   * @param begin starts it
   * @param undo returns the permits of a decision that has no receiver any more
   */
  record Wait(
      Observed call, Supplier<CompletableFuture<Decision>> begin, Consumer<Decision> undo) {}

  private final Observers observers;
  private final Turns turns;
  private final Queues queues;

  /**
   * Creates an object without calls.
   *
   * @param timeoutMicros the longest time that a call of the store takes
   */
  Waits(
      BiFunction<Request, Deadline, CompletableFuture<Decision>> store,
      Observers observers,
      TimeSource time,
      long timeoutMicros) {
    this.observers = observers;
    this.turns = new Turns(store, time, timeoutMicros);
    this.queues = new Queues(store, time, timeoutMicros);
  }

  /** Begins a call. It is not sent yet. */
  Wait begin(String key, Policy policy, long permits, Duration maxWait) {
    long maxWaitMicros = Periods.waitMicros(maxWait);
    if (policy.reservable()) {
      Request.Reserve request = new Request.Reserve(key, policy, permits, maxWaitMicros);
      Observed call = observers.begin(request, true);
      return new Wait(
          call,
          () -> turns.reserve(request, call.observations()),
          decision -> turns.undo(request, decision));
    }
    Request.Acquire request = new Request.Acquire(key, policy, permits);
    Observed call = observers.begin(request, true);
    return new Wait(
        call,
        () -> queues.join(request, maxWaitMicros, call.observations()),
        decision -> queues.undo(request, decision));
  }
}
