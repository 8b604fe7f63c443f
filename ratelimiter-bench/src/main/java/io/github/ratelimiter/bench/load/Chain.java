package io.github.ratelimiter.bench.load;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.RateLimiter;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Requests of which each is made when the one before has been answered, on the thread that brought
 * the answer: an application that never blocks.
 */
final class Chain {
  private final RateLimiter limiter;
  private final SplittableRandom random;
  private final Phase phase;
  private final CountDownLatch open;

  Chain(RateLimiter limiter, SplittableRandom random, Phase phase, CountDownLatch open) {
    this.limiter = limiter;
    this.random = random;
    this.phase = phase;
    this.open = open;
  }

  /** Makes requests until one is not answered at once. */
  void proceed() {
    Mix mix = phase.mix();
    Tally tally = phase.tally();
    long now = System.nanoTime();
    while (!phase.isOver(now)) {
      long since = now;
      int key = mix.pick(random);
      CompletableFuture<Decision> answer = limiter.async().tryAcquire(mix.name(key));
      if (!answer.isDone()) {
        var unused = answer.whenComplete((decision, error) -> answered(decision, key, since));
        return;
      }
      now = System.nanoTime();
      tally.answered(decisionOf(answer), key, since, since, now);
    }
    open.countDown();
  }

  private void answered(@Nullable Decision decision, int key, long since) {
    phase.tally().answered(decision, key, since, since, System.nanoTime());
    proceed();
  }

  /** What a future that is done came to: null if it failed. */
  static @Nullable Decision decisionOf(CompletableFuture<Decision> done) {
    return done.isCompletedExceptionally() ? null : done.join();
  }
}
