package io.github.ratelimiter.spring.reactor;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Decisions as the beginning of a reactive chain. */
public final class LaterDecision {
  private LaterDecision() {}

  /**
   * Returns a Mono that decides at each subscription, without blocking. A decision that is
   * available at once is emitted on the thread of the subscriber. The rest of the chain must not
   * run on the threads on which limiters complete their futures, so a later decision is emitted on
   * a scheduler of Reactor: on one for code that never blocks if the subscriber is such code, and
   * otherwise on one for code that may block.
   *
   * @param decision starts to decide
   */
  public static <T> Mono<T> of(Supplier<CompletableFuture<T>> decision) {
    return Mono.defer(
        () -> {
          CompletableFuture<T> future = decision.get();
          Mono<T> result = Mono.fromFuture(future);
          return future.isDone() ? result : result.publishOn(schedulerLikeThisThread());
        });
  }

  private static Scheduler schedulerLikeThisThread() {
    return Schedulers.isInNonBlockingThread() ? Schedulers.parallel() : Schedulers.boundedElastic();
  }
}
