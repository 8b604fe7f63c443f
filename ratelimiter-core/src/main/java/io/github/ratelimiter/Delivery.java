package io.github.ratelimiter;

import io.github.ratelimiter.threads.LibraryExecutor;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
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
  private final @Nullable DecisionListener listener;
  private final AtomicBoolean complained = new AtomicBoolean();

  /**
   * A way.
   *
   * @param executor null to complete on the thread that has the answer
   */
  Delivery(@Nullable Executor executor, @Nullable DecisionListener listener) {
    this.executor = executor;
    this.listener = listener;
  }

  /**
   * The application's future of an answer. When it is cancelled, or completed by anybody else, the
   * answer is cancelled.
   *
   * @param start when it was asked, for the listener
   * @param undo given a decision that came too late, for an application that has cancelled
   */
  CompletableFuture<Decision> deliver(
      Request request, CompletableFuture<Decision> answer, long start, Consumer<Decision> undo) {
    if (answer.isDone()) {
      if (listener != null) {
        // At once: it calls the listener here.
        var unused =
            answer.whenComplete((decision, failure) -> tell(request, decision, failure, start));
      }
      return answer;
    }
    Executor completing = executor;
    if (completing == null && listener == null) {
      return answer;
    }
    Delivered delivered = new Delivered(answer);
    var unused =
        answer.whenComplete(
            (decision, failure) ->
                execute(
                    completing,
                    () -> {
                      tell(request, decision, failure, start);
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

  private void tell(
      Request request, @Nullable Decision decision, @Nullable Throwable failure, long start) {
    if (listener == null) {
      return;
    }
    long nanos = System.nanoTime() - start;
    if (decision != null) {
      listener.onDecision(request, decision, nanos);
    } else if (failure != null) {
      listener.onFailure(request, cause(failure), nanos);
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
