package io.github.ratelimiter.cache;

import io.github.ratelimiter.store.Deadline;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A lease that is being asked for: completes when it is there, or will not come. */
final class Renewal extends CompletableFuture<Void> {
  /** By when it is over; null until the store is asked. */
  private volatile @Nullable Deadline deadline;

  void asked(Deadline deadline) {
    this.deadline = deadline;
  }

  /**
   * When it is over, or so is the time of a caller that waits for it. That of whoever asked first
   * is over first, as a rule; then no alarm is needed.
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

  /** What is derived from it is no renewal. */
  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new CompletableFuture<>();
  }
}
