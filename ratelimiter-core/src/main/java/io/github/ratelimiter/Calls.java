package io.github.ratelimiter;

import io.github.ratelimiter.CallObserver.Observation;
import io.github.ratelimiter.Observers.Observed;
import io.github.ratelimiter.Waits.Wait;
import io.github.ratelimiter.internal.Periods;
import io.github.ratelimiter.store.Acquirer;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.JointRequest;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StateStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The calls of a limiter: sends requests to the store, waits for decisions or delivers them, and
 * notifies the observers. Thread-safe.
 */
final class Calls {
  private final StateStore store;
  private final Observers observers;
  private final Delivery delivery;
  private final Waits waits;
  private final TimeSource time;
  private final long timeoutMicros;

  /**
   * Creates an object without calls.
   *
   * @param executor null to complete futures on the thread that has the decision
   */
  Calls(StateStore store, Observers observers, @Nullable Executor executor, TimeSource timeSource) {
    this.store = store;
    this.observers = observers;
    this.delivery = new Delivery(executor);
    this.time = timeSource;
    this.timeoutMicros = Periods.saturatedMicros(store.timeout());
    this.waits = new Waits(this::ask, observers, timeSource, timeoutMicros);
  }

  private CompletableFuture<Decision> ask(Request request, Deadline deadline) {
    return StateStore.ask(store, request, () -> deadline);
  }

  StateStore store() {
    return store;
  }

  Observers observers() {
    return observers;
  }

  Delivery delivery() {
    return delivery;
  }

  /** Set once per call. Everything that the store does for the call uses the time left. */
  Deadline deadline(List<Observation> observations) {
    return Deadline.afterMicros(timeoutMicros, time).observedBy(observations);
  }

  private Deadline deadline(Observed call) {
    return deadline(call.observations());
  }

  // --- blocking --------------------------------------------------------------------------------

  /**
   * Takes permits. The observers do not get the request, so that the JIT need not allocate it: this
   * is the most frequent call.
   */
  Decision acquire(String key, Policy policy, long permits) {
    Request.Acquire request = new Request.Acquire(key, policy, permits);
    Decision decision;
    try {
      decision = store.tryDecide(request);
    } catch (RuntimeException | Error e) {
      acquireFailed(key, policy, permits, e);
      throw e;
    }
    if (decision == null) {
      return acquireLater(key, policy, permits);
    }
    observers.acquired(key, permits, decision);
    return decision;
  }

  private void acquireFailed(String key, Policy policy, long permits, Throwable failure) {
    observers.failed(new Request.Acquire(key, policy, permits), failure);
  }

  private Decision acquireLater(String key, Policy policy, long permits) {
    return decideLater(new Request.Acquire(key, policy, permits));
  }

  /** Decides with an acquirer of the store. */
  Decision acquire(Acquirer acquirer, String key, Policy policy, long permits) {
    Decision decision;
    try {
      decision = acquirer.tryAcquire(permits);
    } catch (RuntimeException | Error e) {
      acquireFailed(key, policy, permits, e);
      throw e;
    }
    if (decision == null) {
      return acquireLater(key, policy, permits);
    }
    observers.acquired(key, permits, decision);
    return decision;
  }

  Decision decide(Request request) {
    Decision decision = tryDecide(request);
    return decision != null ? decision : decideLater(request);
  }

  /** Returns the decision if it needs no waiting; null if it does. */
  private @Nullable Decision tryDecide(Request request) {
    Decision decision;
    try {
      decision = store.tryDecide(request);
    } catch (RuntimeException | Error e) {
      observers.failed(request, e);
      throw e;
    }
    if (decision != null) {
      observers.decided(request, decision);
    }
    return decision;
  }

  /**
   * Waits for the decision. The caller's thread is woken directly, and the observers are notified
   * on it.
   */
  private Decision decideLater(Request request) {
    Observed call = observers.begin(request, false);
    try {
      Blocking.checkMayWait("the call");
      Decision decision =
          Blocking.join(store.decide(request, deadline(call)).toCompletableFuture());
      call.ended(decision, null);
      return decision;
    } catch (RuntimeException | Error e) {
      call.ended(null, e);
      throw e;
    }
  }

  /** Takes permits, and waits for them. */
  Decision await(String key, Policy policy, long permits, Duration maxWait)
      throws InterruptedException {
    Wait wait = waits.begin(key, policy, permits, maxWait);
    try {
      Decision decision = Blocking.await(wait.begin());
      wait.call().ended(decision, null);
      return decision;
    } catch (InterruptedException e) {
      wait.call().ended(null, new CancellationException());
      throw e;
    } catch (RuntimeException | Error e) {
      wait.call().ended(null, e);
      throw e;
    }
  }

  Reservation reserve(Request request) {
    return Reservation.of(this, request, decide(request));
  }

  JointWait jointWait(
      JointRequest request,
      long maxWaitMicros,
      Function<List<Decision>, JointDecision> result,
      List<Observation> observations) {
    return new JointWait(request, store, result, time, maxWaitMicros, timeoutMicros, observations);
  }

  // --- asynchronous ----------------------------------------------------------------------------

  CompletableFuture<Decision> awaitAsync(
      String key, Policy policy, long permits, Duration maxWait) {
    Wait wait = waits.begin(key, policy, permits, maxWait);
    return delivery.deliver(wait.call().ifObserved(), wait.begin(), wait.undo());
  }

  CompletableFuture<Reservation> reserveAsync(Request request) {
    CompletableFuture<Decision> atOnce = decideAtOnce(request);
    if (atOnce != null) {
      return atOnce.thenApply(decision -> Reservation.of(this, request, decision));
    }
    Observed call = observers.begin(request, false);
    return delivery.deliver(
        call.byNobody()
            ? null
            : (made, failure) -> call.ended(made == null ? null : made.decision(), failure),
        () -> askToReserve(request, deadline(call)),
        Calls::cancel);
  }

  private CompletableFuture<Reservation> askToReserve(Request request, Deadline deadline) {
    CompletableFuture<Reservation> made = new CompletableFuture<>();
    var unused =
        StateStore.send(store, request, deadline)
            .whenComplete(
                (decision, failure) -> {
                  if (failure != null) {
                    made.completeExceptionally(failure);
                    return;
                  }
                  Reservation reservation = Reservation.of(this, request, decision);
                  if (!made.complete(reservation)) {
                    cancel(reservation); // The call was cancelled before the answer came.
                  }
                });
    return made;
  }

  private static void cancel(Reservation lost) {
    if (lost.allowed()) {
      lost.cancelAsync();
    }
  }

  CompletableFuture<Decision> decideAsync(Request request) {
    CompletableFuture<Decision> atOnce = decideAtOnce(request);
    if (atOnce != null) {
      return atOnce;
    }
    Observed call = observers.begin(request, false);
    return send(request, call, call.ifObserved());
  }

  /**
   * Decides without blocking.
   *
   * @param onFailure gets the failure, before the application's future completes
   */
  CompletableFuture<Decision> decideAsync(Request request, Consumer<Throwable> onFailure) {
    CompletableFuture<Decision> atOnce = decideAtOnce(request);
    if (atOnce != null) {
      // It is complete, so a failure is passed on here.
      var unused = atOnce.whenComplete((decision, failure) -> pass(failure, onFailure));
      return atOnce;
    }
    Observed call = observers.begin(request, false);
    return send(
        request,
        call,
        (decision, failure) -> {
          pass(failure, onFailure);
          call.ended(decision, failure);
        });
  }

  private static void pass(@Nullable Throwable failure, Consumer<Throwable> onFailure) {
    if (failure != null) {
      onFailure.accept(failure);
    }
  }

  private CompletableFuture<Decision> send(
      Request request, Observed call, Delivery.@Nullable Notice<Decision> notice) {
    return delivery.deliver(
        notice, () -> StateStore.send(store, request, deadline(call)), decision -> {});
  }

  /** Returns a completed future; null if the store would have to wait. */
  private @Nullable CompletableFuture<Decision> decideAtOnce(Request request) {
    try {
      Decision decision = tryDecide(request);
      return decision == null ? null : CompletableFuture.completedFuture(decision);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }
}
