package io.github.ratelimiter;

import io.github.ratelimiter.internal.Arguments;
import io.github.ratelimiter.internal.Periods;
import io.github.ratelimiter.store.Acquirer;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.JointRequest;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StateStore;
import io.github.ratelimiter.store.StoreListener;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The limiter: finds the policy of a key, sends the request to the store and notifies the
 * listeners.
 */
final class StoreRateLimiter implements RateLimiter {
  private final @Nullable Policy policy;
  private final @Nullable Function<? super String, Policy> policies;
  private final StateStore store;
  private final Collection<StateStore> wrapped;
  private final @Nullable DecisionListeners listeners;
  private final List<StoreListener> storeListeners;
  private final AsyncRateLimiter async = new Async();
  private final Delivery delivery;
  private final Turns turns;
  private final Queues queues;
  private final TimeSource time;
  private final long timeoutMicros;
  private volatile boolean closed;

  StoreRateLimiter(
      @Nullable Policy policy,
      @Nullable Function<? super String, Policy> policies,
      StateStore store,
      Collection<StateStore> wrapped,
      TimeSource timeSource,
      @Nullable Executor executor,
      List<DecisionListener> listeners,
      List<StoreListener> storeListeners) {
    this.policy = policy;
    this.policies = policies;
    this.store = store;
    this.wrapped = wrapped;
    this.listeners = listeners.isEmpty() ? null : new DecisionListeners(listeners);
    this.storeListeners = List.copyOf(storeListeners);
    this.delivery = new Delivery(executor);
    this.time = timeSource;
    this.timeoutMicros = Periods.saturatedMicros(store.timeout());
    this.turns = new Turns(this::ask, timeSource);
    this.queues = new Queues(this::ask, timeSource, timeoutMicros);
    this.storeListeners.forEach(store::addListener);
  }

  Policy policyOf(String key) {
    Policy fixed = policy;
    if (fixed != null) {
      return fixed;
    }
    Arguments.checkKey(key);
    Policy found = Objects.requireNonNull(policies).apply(key);
    if (found == null) {
      throw new IllegalStateException("the policies function returned null");
    }
    return found;
  }

  // --- blocking --------------------------------------------------------------------------------

  @Override
  public Decision tryAcquire(String key, long permits) {
    return decide(new Request.Acquire(key, policyOf(key), permits));
  }

  @Override
  public Decision tryAcquire(String key, long permits, Duration maxWait)
      throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    Wait wait = waiting(key, permits, maxWait);
    DecisionListeners listeners = this.listeners;
    if (listeners == null) {
      return Blocking.await(wait.begin());
    }
    long start = listeners.start();
    try {
      Decision decision = Blocking.await(wait.begin());
      listeners.decided(wait.request(), true, decision, start);
      return decision;
    } catch (InterruptedException | RuntimeException | Error e) {
      Throwable failure = e instanceof InterruptedException ? new CancellationException() : e;
      listeners.failed(wait.request(), true, failure, start);
      throw e;
    }
  }

  @Override
  public Decision peek(String key, long permits) {
    return decide(new Request.Peek(key, policyOf(key), permits));
  }

  @Override
  public Decision refund(String key, long permits) {
    return decide(new Request.Refund(key, policyOf(key), permits));
  }

  @Override
  public Decision tryAcquire(String key, Cost cost) {
    return decide(hold(key, cost));
  }

  @Override
  public Reservation reserve(String key, long min, long max) {
    return reserve(new Request.Hold(key, policyOf(key), min, max));
  }

  @Override
  public Reservation reserve(String key, Cost cost) {
    return reserve(hold(key, cost));
  }

  private Reservation reserve(Request request) {
    return Reservation.of(this, request, decide(request));
  }

  @Override
  public Decision record(String key, long permits) {
    return decide(usage(key, permits));
  }

  @Override
  public Decision record(String key, Cost cost) {
    return decide(usage(key, policyOf(key), cost.permitsOfLimits()));
  }

  @Override
  public Decision drain(String key, Duration duration) {
    return decide(drained(key, duration));
  }

  @Override
  public Decision reset(String key) {
    return decide(new Request.Reset(key, policyOf(key)));
  }

  private Request.HoldEach hold(String key, Cost cost) {
    return new Request.HoldEach(key, policyOf(key), cost.permitsOfLimits());
  }

  private Request usage(String key, long permits) {
    Arguments.checkPermits(permits);
    Policy policy = policyOf(key);
    return usage(key, policy, Request.ofEachLimit(policy, permits));
  }

  private static Request usage(String key, Policy policy, List<Long> permits) {
    return new Request.Charge(key, policy, permits, 0, true);
  }

  private Request drained(String key, Duration duration) {
    return new Request.Drain(key, policyOf(key), Periods.drainMicros(duration));
  }

  Decision decide(Request request) {
    DecisionListeners listeners = this.listeners;
    if (listeners != null) {
      return decideAndNotify(request, listeners);
    }
    Decision decision = store.tryDecide(request);
    return decision != null ? decision : decideLater(request);
  }

  /** Notifies the listeners on the caller's thread. */
  private Decision decideAndNotify(Request request, DecisionListeners listeners) {
    long start = listeners.start();
    Decision decision;
    try {
      decision = store.tryDecide(request);
      if (decision == null) {
        decision = decideLater(request);
      }
    } catch (RuntimeException | Error e) {
      listeners.failed(request, false, e, start);
      throw e;
    }
    listeners.decided(request, false, decision, start);
    return decision;
  }

  /** Waits for the decision. The caller's thread is woken directly. */
  Decision decideLater(Request request) {
    Blocking.checkMayWait("the call");
    return Blocking.join(store.decide(request, deadline()).toCompletableFuture());
  }

  /** Set once per call. Everything that the store does for the call uses the time left. */
  private Deadline deadline() {
    return Deadline.afterMicros(timeoutMicros, time);
  }

  @Override
  public KeyLimiter forKey(String key) {
    Arguments.checkKey(key);
    return new StoreKeyLimiter(this, key);
  }

  /** Listeners need requests, which an acquirer does not make. */
  @Nullable Acquirer acquirer(String key, Policy policy) {
    return listeners == null ? store.acquirer(key, policy) : null;
  }

  // --- joint -----------------------------------------------------------------------------------

  @Override
  public JointLimiter.Part part(String key) {
    Arguments.checkKey(key);
    return new JointLimiter.Part(this, key, 1, false);
  }

  StateStore store() {
    return store;
  }

  Delivery delivery() {
    return delivery;
  }

  @Nullable DecisionListeners listeners() {
    return listeners;
  }

  List<Decision> decideAll(JointRequest request) {
    List<Decision> decisions = store.tryDecideAll(request);
    if (decisions != null) {
      return decisions;
    }
    Blocking.checkMayWait("the call");
    return Blocking.join(store.decideAll(request, deadline()).toCompletableFuture());
  }

  CompletableFuture<List<Decision>> askAll(JointRequest request) {
    return StateStore.askAll(store, request, this::deadline);
  }

  JointWait jointWait(
      JointRequest request, Duration maxWait, Function<List<Decision>, JointDecision> result) {
    long maxWaitMicros = Periods.waitMicros(maxWait);
    return new JointWait(request, store, result, time, maxWaitMicros, timeoutMicros);
  }

  // --- asynchronous ----------------------------------------------------------------------------

  @Override
  public AsyncRateLimiter async() {
    return async;
  }

  private final class Async implements AsyncRateLimiter {
    @Override
    public CompletableFuture<Decision> tryAcquire(String key, long permits) {
      return decideAsync(new Request.Acquire(key, policyOf(key), permits));
    }

    @Override
    public CompletableFuture<Decision> tryAcquire(String key, long permits, Duration maxWait) {
      Wait wait = waiting(key, permits, maxWait);
      return delivery.deliver(notice(wait.request(), true), wait.begin(), wait.undo());
    }

    @Override
    public CompletableFuture<Decision> peek(String key, long permits) {
      return decideAsync(new Request.Peek(key, policyOf(key), permits));
    }

    @Override
    public CompletableFuture<Decision> refund(String key, long permits) {
      return decideAsync(new Request.Refund(key, policyOf(key), permits));
    }

    @Override
    public CompletableFuture<Decision> tryAcquire(String key, Cost cost) {
      return decideAsync(hold(key, cost));
    }

    @Override
    public CompletableFuture<Reservation> reserve(String key, long min, long max) {
      return reserveAsync(new Request.Hold(key, policyOf(key), min, max));
    }

    @Override
    public CompletableFuture<Reservation> reserve(String key, Cost cost) {
      return reserveAsync(hold(key, cost));
    }

    @Override
    public CompletableFuture<Decision> record(String key, long permits) {
      return decideAsync(usage(key, permits));
    }

    @Override
    public CompletableFuture<Decision> record(String key, Cost cost) {
      return decideAsync(usage(key, policyOf(key), cost.permitsOfLimits()));
    }

    @Override
    public CompletableFuture<Decision> drain(String key, Duration duration) {
      return decideAsync(drained(key, duration));
    }

    @Override
    public CompletableFuture<Decision> reset(String key) {
      return decideAsync(new Request.Reset(key, policyOf(key)));
    }

    @Override
    public String toString() {
      return StoreRateLimiter.this.toString();
    }
  }

  /**
   * A wait that has not begun.
   *
   * @param undo returns the permits of a decision that has no receiver any more
   */
  private record Wait(
      Request request, Supplier<CompletableFuture<Decision>> begin, Consumer<Decision> undo) {}

  private Wait waiting(String key, long permits, Duration maxWait) {
    Policy policy = policyOf(key);
    long maxWaitMicros = Periods.waitMicros(maxWait);
    if (policy.reservable()) {
      Request.Reserve request = new Request.Reserve(key, policy, permits, maxWaitMicros);
      return new Wait(
          request, () -> turns.reserve(request), decision -> turns.undo(request, decision));
    }
    Request.Acquire request = new Request.Acquire(key, policy, permits);
    return new Wait(
        request,
        () -> queues.join(request, maxWaitMicros),
        decision -> queues.undo(request, decision));
  }

  private CompletableFuture<Reservation> reserveAsync(Request request) {
    Delivery.Notice<Decision> notice = notice(request, false);
    return delivery.deliver(
        notice == null
            ? null
            : (made, failure) -> notice.ended(made == null ? null : made.decision(), failure),
        () -> askToReserve(request),
        StoreRateLimiter::cancel);
  }

  private CompletableFuture<Reservation> askToReserve(Request request) {
    CompletableFuture<Reservation> made = new CompletableFuture<>();
    var unused =
        ask(request)
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
    return delivery.deliver(notice(request, false), () -> ask(request), decision -> {});
  }

  /**
   * Decides without blocking.
   *
   * @param onFailure gets the failure, before the application's future completes
   */
  CompletableFuture<Decision> decideAsync(Request request, Consumer<Throwable> onFailure) {
    Delivery.Notice<Decision> notice = notice(request, false);
    return delivery.deliver(
        (decision, failure) -> {
          if (failure != null) {
            onFailure.accept(failure);
          }
          if (notice != null) {
            notice.ended(decision, failure);
          }
        },
        () -> ask(request),
        decision -> {});
  }

  private Delivery.@Nullable Notice<Decision> notice(Request request, boolean waits) {
    return listeners == null ? null : listeners.begin(request, waits);
  }

  private CompletableFuture<Decision> ask(Request request) {
    return StateStore.ask(store, request, this::deadline);
  }

  private CompletableFuture<Decision> ask(Request request, Deadline deadline) {
    return StateStore.ask(store, request, () -> deadline);
  }

  @Override
  public Status status() {
    return closed ? new Status.Closed() : store.status();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = !wrapped.isEmpty();
      storeListeners.forEach(store::removeListener);
      wrapped.forEach(StateStore::close);
    }
  }

  @Override
  public String toString() {
    return (policy != null ? policy : "policies by key") + " -> " + store;
  }
}
