package io.github.ratelimiter;

import io.github.ratelimiter.CallObserver.Observation;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.Request;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * Callers that wait for permits that cannot be reserved. Each key has a queue. Only the first
 * caller of a queue sends requests to the store, and it repeats its request when the retry-after of
 * the store has passed.
 */
@SuppressWarnings({
  "FutureReturnValueIgnored",
  "ReturnValueIgnored"
}) // A failure completes the turn.
final class Queues {
  private final BiFunction<Request, Deadline, CompletableFuture<Decision>> store;
  private final TimeSource time;
  private final long timeoutMicros;
  private final ConcurrentMap<Name, Queue> queues = new ConcurrentHashMap<>();

  private record Name(String policy, String key) {}

  /**
   * Creates an object without queues.
   *
   * @param timeoutMicros the longest time that a call of the store takes
   */
  Queues(
      BiFunction<Request, Deadline, CompletableFuture<Decision>> store,
      TimeSource time,
      long timeoutMicros) {
    this.store = store;
    this.time = time;
    this.timeoutMicros = timeoutMicros;
  }

  CompletableFuture<Decision> join(
      Request.Acquire request, long maxWaitMicros, List<Observation> observations) {
    Name name = new Name(request.policy().name(), request.key());
    Waiter waiter = new Waiter(request, maxWaitMicros, observations);
    Queue queue =
        queues.compute(
            name,
            (n, standing) -> {
              Queue joined = standing == null ? new Queue() : standing;
              joined.waiters.add(waiter);
              return joined;
            });
    waiter.turn.whenComplete((decision, failure) -> leave(name, queue, waiter));
    queue.callFirst();
    if (!waiter.called) {
      queue.standBehind(waiter);
    }
    return waiter.turn;
  }

  /** Returns the permits of a call that was cancelled before its decision arrived. */
  void undo(Request.Acquire request, Decision decision) {
    if (decision.allowed()) {
      Deadline noHurry = Deadline.afterMicros(timeoutMicros, time);
      store.apply(new Request.Refund(request.key(), request.policy(), request.permits()), noHurry);
    }
  }

  private void leave(Name name, Queue queue, Waiter waiter) {
    waiter.cancelAlarm();
    queues.compute(
        name,
        (n, standing) -> {
          queue.waiters.remove(waiter);
          return standing == queue && queue.waiters.isEmpty() ? null : standing;
        });
    queue.callFirst();
  }

  private static final class Queue {
    final Deque<Waiter> waiters = new ConcurrentLinkedDeque<>();
    private final AtomicInteger calls = new AtomicInteger();

    /**
     * Starts the first caller unless it has started. The stack stays flat however many callers
     * leave at once.
     */
    void callFirst() {
      if (calls.getAndIncrement() > 0) {
        return;
      }
      int seen = 1;
      do {
        Waiter first = waiters.peekFirst();
        if (first != null && !first.called) {
          first.called = true;
          first.cancelAlarm();
          first.ask();
        }
        seen = calls.addAndGet(-seen);
      } while (seen != 0);
    }

    /**
     * Refuses a caller immediately if it could not succeed in time even without a queue. Others are
     * refused at their deadline.
     */
    void standBehind(Waiter waiter) {
      waiter.peek(
          waiter.request.permits(),
          state -> {
            if (!state.allowed() && waiter.tooLate(state)) {
              waiter.turn.complete(state);
            } else {
              giveUpAtDeadline(waiter);
            }
          },
          failure -> {
            if (Backoff.mayLookAgain(failure)) {
              giveUpAtDeadline(waiter); // Its turn or its deadline will decide.
            } else {
              waiter.turn.completeExceptionally(failure);
            }
          });
    }

    private void giveUpAtDeadline(Waiter waiter) {
      waiter.wakeAfter(waiter.leftMicros(), () -> giveUp(waiter));
    }

    /**
     * The deadline came before the turn. The caller is refused as if it came after the first one.
     */
    private void giveUp(Waiter waiter) {
      Waiter first = waiters.peekFirst();
      if (waiter.called || first == null) {
        return;
      }
      Policy policy = waiter.request.policy();
      long capacity = policy.limits().stream().mapToLong(Limit::capacity).min().orElseThrow();
      long ahead = Math.min(first.request.permits(), capacity);
      long own = waiter.request.permits();
      waiter.peek(
          own > capacity ? own : Math.min(ahead + own, capacity),
          state -> {
            if (state.allowed()) {
              waiter.ask(); // There are enough permits for both, so no caller is overtaken.
            } else {
              waiter.turn.complete(state);
            }
          },
          waiter.turn::completeExceptionally);
    }
  }

  private final class Waiter extends Attempts<Decision> {
    final Request.Acquire request;
    volatile boolean called;

    Waiter(Request.Acquire request, long maxWaitMicros, List<Observation> observations) {
      super(time, maxWaitMicros, timeoutMicros, observations);
      this.request = request;
    }

    @Override
    void ask() {
      store
          .apply(request, ofCall())
          .whenComplete(
              (decision, failure) -> {
                if (failure != null) {
                  failed(failure);
                } else if (!decision.allowed() && !tooLate(decision)) {
                  askAfter(decision.retryAfterMicros());
                } else if (!turn.complete(decision)) {
                  undo(request, decision); // The call was cancelled before the answer came.
                }
              });
    }

    void peek(long permits, Consumer<Decision> then, Consumer<Throwable> otherwise) {
      store
          .apply(new Request.Peek(request.key(), request.policy(), permits), ofCall())
          .whenComplete(
              (state, failure) -> {
                if (failure == null) {
                  then.accept(state);
                } else {
                  otherwise.accept(failure);
                }
              });
    }

    boolean tooLate(Decision state) {
      return state.outcome() == Decision.Outcome.IMPOSSIBLE
          || state.retryAfterMicros() > leftMicros();
    }
  }
}
