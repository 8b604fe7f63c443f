package io.github.ratelimiter.bench.load;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.RateLimiter;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

/**
 * Requests at instants that are given beforehand, whatever became of those before. What one of them
 * waits because others took long counts as its own time: that is what a user would have waited.
 */
final class OpenLoop {
  /** A thread that sleeps for less wakes up late. */
  private static final long SPIN_NANOS = 100_000;

  private final Setup setup;
  private final Instances instances;
  private final Phase phase;
  private final Semaphore room;

  OpenLoop(Setup setup, Instances instances, Phase phase) {
    this.setup = setup;
    this.instances = instances;
    this.phase = phase;
    this.room = new Semaphore(setup.concurrency());
  }

  /** One thread sends for all instances, in turn. */
  void run() throws InterruptedException {
    CountDownLatch answered = new CountDownLatch(1);
    var unused =
        Callers.thread(
            "load",
            () -> {
              send();
              room.acquireUninterruptibly(setup.concurrency());
              answered.countDown();
            });
    Callers.await(answered, phase);
  }

  private void send() {
    SplittableRandom random = Callers.random(0);
    Tally tally = phase.tally();
    double interval = 1e9 / setup.rate();
    for (long sent = 0; ; sent++) {
      long intended = phase.startNanos() + (long) (sent * interval);
      if (phase.isOver(intended) || phase.isOver(await(intended))) {
        return;
      }
      room.acquireUninterruptibly();
      ask(
          tally,
          instances.of((int) (sent % setup.instances())),
          phase.mix().pick(random),
          intended);
    }
  }

  private long await(long intended) {
    long now = System.nanoTime();
    while (intended - now > 0 && !phase.isOver(now)) {
      if (intended - now > SPIN_NANOS) {
        LockSupport.parkNanos(intended - now - SPIN_NANOS / 2);
      } else {
        Thread.onSpinWait();
      }
      now = System.nanoTime();
    }
    return now;
  }

  private void ask(Tally tally, RateLimiter limiter, int key, long intended) {
    long sent = System.nanoTime();
    CompletableFuture<Decision> answer = limiter.async().tryAcquire(phase.mix().name(key));
    if (answer.isDone()) {
      room.release();
      tally.answered(Chain.decisionOf(answer), key, intended, sent, System.nanoTime());
      return;
    }
    var unused =
        answer.whenComplete(
            (decision, error) -> {
              phase.tally().answered(decision, key, intended, sent, System.nanoTime());
              room.release();
            });
  }
}
