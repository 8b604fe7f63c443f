package io.github.ratelimiter.server.grpc;

import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers one call. If the caller leaves, or its deadline passes, a call that waits for permits
 * takes none, and one that has not begun is not decided.
 */
final class Call {
  private static final Logger LOG = LoggerFactory.getLogger(Call.class);

  private final Thread thread = Thread.currentThread();
  private boolean ended;

  private Call() {}

  /** Answers on this thread, which may block. Every failure becomes a status. */
  static <T> void answer(StreamObserver<T> caller, Supplier<T> answer) {
    Context context = Context.current();
    if (context.isCancelled()) {
      caller.onError(Status.CANCELLED.withDescription("the caller has left").asRuntimeException());
      return;
    }
    T result;
    try {
      result = new Call().whileCallerWaits(context, answer);
    } catch (StatusRuntimeException e) {
      caller.onError(e);
      return;
    } catch (RuntimeException e) {
      LOG.atError().setCause(e).log("A call failed");
      caller.onError(
          Status.INTERNAL
              .withDescription("This is a defect; the log has the cause")
              .asRuntimeException());
      return;
    }
    if (!context.isCancelled()) {
      send(caller, result);
    }
  }

  private static <T> void send(StreamObserver<T> caller, T result) {
    try {
      caller.onNext(result);
      caller.onCompleted();
    } catch (StatusRuntimeException e) {
      LOG.debug("The caller has left before the answer", e);
    }
  }

  private <T> T whileCallerWaits(Context context, Supplier<T> answer) {
    Context.CancellationListener left = ignored -> interrupt();
    context.addListener(left, Runnable::run);
    try {
      return answer.get();
    } finally {
      context.removeListener(left);
      end();
    }
  }

  private synchronized void interrupt() {
    if (!ended) {
      thread.interrupt();
    }
  }

  /** The next call of this thread must not find the interrupt. */
  private synchronized void end() {
    ended = true;
    Thread.interrupted();
  }
}
