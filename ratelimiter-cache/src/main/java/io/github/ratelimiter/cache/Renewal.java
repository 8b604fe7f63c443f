package io.github.ratelimiter.cache;

import io.github.ratelimiter.store.Deadline;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A lease that is being requested. Completes when it has arrived, or will not arrive. */
final class Renewal extends CompletableFuture<Void> {
  /** When it completes at the latest; null until the store is asked. */
  private volatile @Nullable Deadline deadline;

  void requested(Deadline deadline) {
    this.deadline = deadline;
  }

  /**
   * Returns a future that completes with this one, or at the deadline of a caller that waits for
   * it. The deadline of the caller that requested the lease is mostly earlier. Then no alarm is
   * needed.
   */
  CompletableFuture<Void> orUntil(Deadline callers) {
    Deadline own = deadline;
    long left = callers.leftMicros();
    if (own != null && own.leftMicros() <= left) {
      return this;
    }
    CompletableFuture<Void> either = new CompletableFuture<>();
    CompletableFuture<Void> alarm = callers.timeSource().after(left);
    var unused = alarm.thenRun(() -> either.complete(null));
    unused =
        thenRun(
            () -> {
              either.complete(null);
              alarm.cancel(false);
            });
    return either;
  }

  /** A dependent stage is a plain future. */
  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new CompletableFuture<>();
  }
}
