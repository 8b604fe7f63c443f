package io.github.ratelimiter;

import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.threads.LibraryExecutor;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers decisions to the application's futures and listeners. A decision that is available at
 * the call is delivered at the call. A later one arrives on a thread of a store or of the clock.
 * Code of the application must not block that thread, so the decision is handed over to an
 * executor, unless the application chose direct completion.
 */
final class Delivery {
  private static final Logger LOG = LoggerFactory.getLogger(RateLimiter.class);

  private final @Nullable Executor executor;
  private final @Nullable DecisionListeners listeners;
  private final AtomicBoolean complained = new AtomicBoolean();

  /**
   * Creates a delivery.
   *
   * @param executor null to complete on the thread that has the decision
   */
  Delivery(@Nullable Executor executor, @Nullable DecisionListeners listeners) {
    this.executor = executor;
    this.listeners = listeners;
  }

  /**
   * Returns the future for the application. If the application cancels or completes it, the call is
   * cancelled.
   *
   * @param waits whether the call may wait for its permits
   * @param call starts the call
   * @param undo receives a decision that arrives after the application has cancelled
   */
  CompletableFuture<Decision> deliver(
      Request request,
      boolean waits,
      Supplier<CompletableFuture<Decision>> call,
      Consumer<Decision> undo) {
    long start = listeners == null ? 0 : listeners.start();
    CompletableFuture<Decision> answer = call.get();
    if (answer.isDone()) {
      if (listeners != null) {
        // It is complete, so the listeners are notified here.
        var unused =
            answer.whenComplete(
                (decision, failure) -> notify(request, waits, decision, failure, start));
      }
      return answer;
    }
    Executor completing = executor;
    if (completing == null && listeners == null) {
      return answer;
    }
    Delivered delivered = new Delivered(answer);
    var unused =
        answer.whenComplete(
            (decision, failure) ->
                execute(
                    completing,
                    () -> {
                      notify(request, waits, decision, failure, start);
                      if (!delivered.finish(decision, failure) && decision != null) {
                        undo.accept(decision);
                      }
                    }));
    return delivered;
  }

  private void execute(@Nullable Executor executor, Runnable task) {
    if (executor == null) {
      task.run();
      return;
    }
    try {
      executor.execute(task);
    } catch (RejectedExecutionException e) {
      if (complained.compareAndSet(false, true)) {
        LOG.warn(
            "An executor rejected a task; the library's own executor runs such tasks: {}",
            executor);
      }
      LibraryExecutor.shared().execute(task);
    }
  }

  private void notify(
      Request request,
      boolean waited,
      @Nullable Decision decision,
      @Nullable Throwable failure,
      long start) {
    if (listeners == null) {
      return;
    }
    if (decision != null) {
      listeners.decided(request, waited, decision, start);
    } else if (failure != null) {
      listeners.failed(request, waited, cause(failure), start);
    }
  }

  static Throwable cause(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }

  private static final class Delivered extends CompletableFuture<Decision> {
    private final CompletableFuture<Decision> answer;

    Delivered(CompletableFuture<Decision> answer) {
      this.answer = answer;
    }

    boolean finish(@Nullable Decision decision, @Nullable Throwable failure) {
      return failure == null
          ? super.complete(decision)
          : super.completeExceptionally(cause(failure));
    }

    @Override
    public boolean complete(Decision value) {
      return given(super.complete(value));
    }

    @Override
    public boolean completeExceptionally(Throwable failure) {
      return given(super.completeExceptionally(failure));
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      return given(super.cancel(mayInterruptIfRunning));
    }

    /** The application has completed the future itself, so the call is not needed any more. */
    private boolean given(boolean now) {
      if (now) {
        answer.cancel(false);
      }
      return now;
    }

    /** Derived futures belong to the application. */
    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
      return new CompletableFuture<>();
    }
  }
}
