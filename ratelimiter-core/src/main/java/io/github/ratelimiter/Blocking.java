package io.github.ratelimiter;

import io.github.ratelimiter.threads.ServiceThreads;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Waits for decisions on the threads of callers. */
final class Blocking {
  private Blocking() {}

  /** Throws an exception if the current thread must not wait. */
  static void checkMayWait(String call) {
    ServiceThreads.checkMayWait(
        call,
        "Use the asynchronous method there, or let the limiter complete futures on an executor,"
            + " which it does unless its builder has completeDirectly().");
  }

  /** Starts a call that waits for permits, and waits for its decision. An interrupt cancels it. */
  static <T> T await(Supplier<CompletableFuture<T>> begin) throws InterruptedException {
    checkMayWait("tryAcquire");
    CompletableFuture<T> turn = begin.get();
    try {
      return turn.get();
    } catch (InterruptedException e) {
      if (turn.cancel(false)) {
        throw e;
      }
      // The turn came first. The permits are taken, so the caller must get the decision.
      Thread.currentThread().interrupt();
      return join(turn);
    } catch (ExecutionException e) {
      throw unchecked(e.getCause());
    }
  }

  /** Waits for a store. The store keeps a deadline, so an interrupt does not end the wait. */
  static <T> T join(CompletableFuture<T> future) {
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
}
