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
 * How answers reach the application's futures and listeners. An answer that is there at the call is
 * given at the call. A later one comes on a thread of a store or of the clock, which the
 * application's code must not hold: it is handed over to an executor, unless the application chose
 * to complete there.
 */
final class Delivery {
  private static final Logger LOG = LoggerFactory.getLogger(RateLimiter.class);

  private final @Nullable Executor executor;
  private final @Nullable DecisionListeners listeners;
  private final AtomicBoolean complained = new AtomicBoolean();

  /**
   * A way.
   *
   * @param executor null to complete on the thread that has the answer
   */
  Delivery(@Nullable Executor executor, @Nullable DecisionListeners listeners) {
    this.executor = executor;
    this.listeners = listeners;
  }

  /**
   * The application's future of an answer. When it is cancelled, or completed by anybody else, the
   * answer is cancelled.
   *
   * @param waits whether the call may wait for its permits
   * @param call starts the call
   * @param undo given a decision that came too late, for an application that has cancelled
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
        // At once: it notifies them here.
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
        LOG.warn("An executor rejects answers; the library's own delivers them: {}", executor);
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

    /** The application has an answer of its own: the other one is not wanted any more. */
    private boolean given(boolean now) {
      if (now) {
        answer.cancel(false);
      }
      return now;
    }

    /** What is derived from it is the application's. */
    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
      return new CompletableFuture<>();
    }
  }
}
