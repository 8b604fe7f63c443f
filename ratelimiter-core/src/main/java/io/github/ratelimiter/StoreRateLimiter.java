package io.github.ratelimiter;

import io.github.ratelimiter.CallObserver.Observation;
import io.github.ratelimiter.Observers.Observed;
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
 * observers.
 */
final class StoreRateLimiter implements RateLimiter {
  private final @Nullable Policy policy;
  private final @Nullable Function<? super String, Policy> policies;
  private final StateStore store;
  private final Collection<StateStore> wrapped;
  private final Observers observers;
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
      List<CallObserver> observers,
      List<StoreListener> storeListeners) {
    this.policy = policy;
    this.policies = policies;
    this.store = store;
    this.wrapped = wrapped;
    this.observers = new Observers(observers);
    this.storeListeners = List.copyOf(storeListeners);
    this.delivery = new Delivery(executor);
    this.time = timeSource;
    this.timeoutMicros = Periods.saturatedMicros(store.timeout());
    this.turns = new Turns(this::ask, timeSource, timeoutMicros);
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

  /**
   * The most frequent call. The observers do not get the request, so that the JIT need not allocate
   * it.
   */
  @Override
  public Decision tryAcquire(String key, long permits) {
    Policy policy = policyOf(key);
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

  @Override
  public Decision tryAcquire(String key, long permits, Duration maxWait)
      throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    Wait wait = waiting(key, permits, maxWait);
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

  private Deadline deadline(Observed call) {
    return deadline(call.observations());
  }

  @Override
  public KeyLimiter forKey(String key) {
    Arguments.checkKey(key);
    return new StoreKeyLimiter(this, key);
  }

  @Nullable Acquirer acquirer(String key, Policy policy) {
    return store.acquirer(key, policy);
  }

  // --- joint -----------------------------------------------------------------------------------

  @Override
  public JointLimiter.Part part(String key) {
    Arguments.checkKey(key);
    return new JointLimiter.Part(this, key, 1, false);
  }

  Delivery delivery() {
    return delivery;
  }

  Observers observers() {
    return observers;
  }

  /** Set once per call. Everything that the store does for the call uses the time left. */
  Deadline deadline(List<Observation> observations) {
    return Deadline.afterMicros(timeoutMicros, time).observedBy(observations);
  }

  JointWait jointWait(
      JointRequest request,
      long maxWaitMicros,
      Function<List<Decision>, JointDecision> result,
      List<Observation> observations) {
    return new JointWait(request, store, result, time, maxWaitMicros, timeoutMicros, observations);
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
      return delivery.deliver(wait.call().ifObserved(), wait.begin(), wait.undo());
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
   * A call that may wait for permits.
   *
   * @param begin starts it
   * @param undo returns the permits of a decision that has no receiver any more
   */
  private record Wait(
      Observed call, Supplier<CompletableFuture<Decision>> begin, Consumer<Decision> undo) {}

  private Wait waiting(String key, long permits, Duration maxWait) {
    Policy policy = policyOf(key);
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

  private CompletableFuture<Reservation> reserveAsync(Request request) {
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
        StoreRateLimiter::cancel);
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

  private CompletableFuture<Decision> ask(Request request, Deadline deadline) {
    return StateStore.ask(store, request, () -> deadline);
  }

  @Override
  public void addObserver(CallObserver observer) {
    observers.add(observer);
  }

  @Override
  public void removeObserver(CallObserver observer) {
    observers.remove(observer);
  }

  @Override
  public StateStore store() {
    return store;
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
