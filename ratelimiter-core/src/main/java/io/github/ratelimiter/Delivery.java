package io.github.ratelimiter;

import io.github.ratelimiter.internal.LimitedLog;
import io.github.ratelimiter.threads.LibraryExecutor;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Delivers decisions to the application's futures and listeners. A decision that is available at
 * the call is delivered at the call. A later one arrives on a thread of a store or of the clock.
 * Code of the application must not block that thread, so the decision is handed over to an
 * executor, unless the application chose direct completion.
 */
final class Delivery {
  private static final Logger LOG = LoggerFactory.getLogger(RateLimiter.class);

  private final @Nullable Executor executor;
  private final LimitedLog rejections =
      new LimitedLog(LOG, Level.WARN, LimitedLog.Rate.ONE_A_MINUTE, TimeSource.system());

  /**
   * Is notified of the result of a call, before the application's future completes.
   *
   * @param <T> the type of the decision
   */
  @FunctionalInterface
  interface Notice<T> {
    /** Exactly one of the two is null. */
    void ended(@Nullable T decision, @Nullable Throwable failure);
  }

  /**
   * Creates a delivery.
   *
   * @param executor null to complete on the thread that has the decision
   */
  Delivery(@Nullable Executor executor) {
    this.executor = executor;
  }

  /**
   * Returns the future for the application. If the application cancels or completes it, the call is
   * cancelled.
   *
   * @param notice null if nobody is to be notified
   * @param call starts the call
   * @param undo receives a decision that arrives after the application has cancelled
   */
  <T> CompletableFuture<T> deliver(
      @Nullable Notice<T> notice, Supplier<CompletableFuture<T>> call, Consumer<T> undo) {
    CompletableFuture<T> answer = call.get();
    if (answer.isDone()) {
      if (notice != null) {
        // It is complete, so the listeners are notified here.
        var unused = answer.whenComplete((decision, failure) -> end(notice, decision, failure));
      }
      return answer;
    }
    Executor completing = executor;
    if (completing == null && notice == null) {
      return answer;
    }
    Delivered<T> delivered = new Delivered<>(answer);
    var unused =
        answer.whenComplete(
            (decision, failure) ->
                execute(
                    completing,
                    () -> {
                      end(notice, decision, failure);
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
      rejections
          .event()
          .addKeyValue("executor", executor)
          .log(
              "An executor rejected a task; the library's own executor runs such tasks: {}",
              executor);
      LibraryExecutor.shared().execute(task);
    }
  }

  private static <T> void end(
      @Nullable Notice<T> notice, @Nullable T decision, @Nullable Throwable failure) {
    if (notice != null) {
      notice.ended(decision, failure == null ? null : cause(failure));
    }
  }

  static Throwable cause(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }

  private static final class Delivered<T> extends CompletableFuture<T> {
    private final CompletableFuture<T> answer;

    Delivered(CompletableFuture<T> answer) {
      this.answer = answer;
    }

    boolean finish(@Nullable T decision, @Nullable Throwable failure) {
      return failure == null
          ? super.complete(decision)
          : super.completeExceptionally(cause(failure));
    }

    @Override
    public boolean complete(T value) {
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
