package io.github.ratelimiter;

import io.github.ratelimiter.threads.ServiceThreads;
import java.time.Duration;
import java.util.Collection;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The limiter: finds the policy of a key, asks the store, and tells the listeners. */
final class StoreRateLimiter implements RateLimiter {
  private final @Nullable Policy policy;
  private final @Nullable Function<? super String, Policy> policies;
  private final StateStore store;
  private final Collection<StateStore> wrapped;
  private final @Nullable DecisionListener listener;
  private final Delivery delivery;
  private final Bookings bookings;
  private final Queues queues;
  private final TimeSource time;
  private final long timeoutMicros;

  StoreRateLimiter(
      @Nullable Policy policy,
      @Nullable Function<? super String, Policy> policies,
      StateStore store,
      Collection<StateStore> wrapped,
      TimeSource timeSource,
      @Nullable Executor executor,
      @Nullable DecisionListener listener) {
    this.policy = policy;
    this.policies = policies;
    this.store = store;
    this.wrapped = wrapped;
    this.listener = listener;
    this.delivery = new Delivery(executor, listener);
    this.time = timeSource;
    this.timeoutMicros = Periods.saturatedMicros(store.timeout());
    this.bookings = new Bookings(this::ask, timeSource);
    this.queues = new Queues(this::ask, timeSource, timeoutMicros);
  }

  private Policy policyOf(String key) {
    Policy fixed = policy;
    if (fixed != null) {
      return fixed;
    }
    Keys.check(key);
    Policy found = Objects.requireNonNull(policies).apply(key);
    if (found == null) {
      throw new IllegalStateException("the function from key to policy returned null");
    }
    return found;
  }

  // --- blocking --------------------------------------------------------------------------------

  @Override
  public Decision tryAcquire(String key, long permits) {
    return decide(new Request.Acquire(key, policyOf(key), permits));
  }

  @Override
  public Decision acquire(String key, long permits, Duration maxWait) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    Wait wait = waiting(key, permits, maxWait);
    DecisionListener listener = this.listener;
    if (listener == null) {
      return await(wait);
    }
    long start = System.nanoTime();
    try {
      Decision decision = await(wait);
      listener.onDecision(wait.request(), decision, System.nanoTime() - start);
      return decision;
    } catch (InterruptedException | RuntimeException | Error e) {
      Throwable failure = e instanceof InterruptedException ? new CancellationException() : e;
      listener.onFailure(wait.request(), failure, System.nanoTime() - start);
      throw e;
    }
  }

  private static Decision await(Wait wait) throws InterruptedException {
    checkMayWait("acquire");
    CompletableFuture<Decision> turn = wait.begin().get();
    try {
      return turn.get();
    } catch (InterruptedException e) {
      if (turn.cancel(false)) {
        throw e;
      }
      // The turn came first: the permits are taken, so the caller must hear of them.
      Thread.currentThread().interrupt();
      return join(turn);
    } catch (ExecutionException e) {
      throw unchecked(e.getCause());
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
  public Decision reset(String key) {
    return decide(new Request.Reset(key, policyOf(key)));
  }

  private Decision decide(Request request) {
    DecisionListener listener = this.listener;
    if (listener != null) {
      return decideAndTell(request, listener);
    }
    Decision decision = store.tryDecide(request);
    return decision != null ? decision : decideLater(request);
  }

  /** Who calls has a thread to tell listeners on: nothing is handed over. */
  private Decision decideAndTell(Request request, DecisionListener listener) {
    long start = System.nanoTime();
    Decision decision;
    try {
      decision = store.tryDecide(request);
      if (decision == null) {
        decision = decideLater(request);
      }
    } catch (RuntimeException | Error e) {
      listener.onFailure(request, e, System.nanoTime() - start);
      throw e;
    }
    listener.onDecision(request, decision, System.nanoTime() - start);
    return decision;
  }

  /** Who calls has a thread to wait on, and is woken directly. */
  private Decision decideLater(Request request) {
    checkMayWait("the call");
    return join(store.decide(request, deadline()).toCompletableFuture());
  }

  private static void checkMayWait(String call) {
    ServiceThreads.checkMayWait(
        call,
        "Use the asynchronous method there, or let the limiter complete futures on an executor,"
            + " which it does unless its builder was told completeDirectly().");
  }

  /** Set once a call; all that the store does for it takes what is left. */
  private Deadline deadline() {
    return Deadline.afterMicros(timeoutMicros, time);
  }

  /** Waits for a store, which keeps a deadline: an interrupt does not cut that short. */
  private static Decision join(CompletableFuture<Decision> future) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return future.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          throw unchecked(e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static RuntimeException unchecked(@Nullable Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure instanceof StoreException known) {
      return known.thrownHere();
    }
    return failure instanceof RuntimeException e ? e : new IllegalStateException(failure);
  }

  // --- asynchronous ----------------------------------------------------------------------------

  @Override
  public CompletableFuture<Decision> tryAcquireAsync(String key, long permits) {
    return decideAsync(new Request.Acquire(key, policyOf(key), permits));
  }

  @Override
  public CompletableFuture<Decision> acquireAsync(String key, long permits, Duration maxWait) {
    Wait wait = waiting(key, permits, maxWait);
    long start = System.nanoTime();
    return delivery.deliver(wait.request(), wait.begin().get(), start, wait.undo());
  }

  /**
   * A wait that has not begun.
   *
   * @param undo gives back what a decision granted that nobody wants any more
   */
  private record Wait(
      Request request, Supplier<CompletableFuture<Decision>> begin, Consumer<Decision> undo) {}

  private Wait waiting(String key, long permits, Duration maxWait) {
    Policy policy = policyOf(key);
    long maxWaitMicros = Periods.waitMicros(maxWait);
    if (policy.bookable()) {
      Request.Book request = new Request.Book(key, policy, permits, maxWaitMicros);
      return new Wait(
          request, () -> bookings.book(request), decision -> bookings.undo(request, decision));
    }
    Request.Acquire request = new Request.Acquire(key, policy, permits);
    return new Wait(
        request,
        () -> queues.join(request, maxWaitMicros),
        decision -> queues.undo(request, decision));
  }

  @Override
  public CompletableFuture<Decision> peekAsync(String key, long permits) {
    return decideAsync(new Request.Peek(key, policyOf(key), permits));
  }

  @Override
  public CompletableFuture<Decision> refundAsync(String key, long permits) {
    return decideAsync(new Request.Refund(key, policyOf(key), permits));
  }

  @Override
  public CompletableFuture<Decision> resetAsync(String key) {
    return decideAsync(new Request.Reset(key, policyOf(key)));
  }

  private CompletableFuture<Decision> decideAsync(Request request) {
    long start = listener == null ? 0 : System.nanoTime();
    return delivery.deliver(request, ask(request), start, decision -> {});
  }

  private CompletableFuture<Decision> ask(Request request) {
    return ask(request, deadline());
  }

  /** What the store throws comes out of the future, like all that goes wrong later. */
  private CompletableFuture<Decision> ask(Request request, Deadline deadline) {
    try {
      Decision decision = store.tryDecide(request);
      return decision != null
          ? CompletableFuture.completedFuture(decision)
          : store.decide(request, deadline).toCompletableFuture();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public void close() {
    wrapped.forEach(StateStore::close);
  }

  @Override
  public String toString() {
    return (policy != null ? policy : "policies by key") + " -> " + store;
  }
}
