package io.github.ratelimiter.bench.generator;

import io.github.ratelimiter.bench.limiter.Answer;
import io.github.ratelimiter.bench.limiter.SharedLimiter;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

/**
 * Makes requests at fixed times. A latency is measured from the intended time of the request, so it
 * includes the time that the request waited behind earlier ones.
 */
final class OpenLoop<T> {
  /** Shorter waits spin, because a sleeping thread would wake up too late. */
  private static final long SPIN_NANOS = 100_000;

  /** Requests that become due during a sleep are made together after it. */
  private static final long SHORTEST_SLEEP_NANOS = 50_000;

  private final List<? extends SharedLimiter<T>> limiters;
  private final Pace pace;
  private final Phase phase;
  private final Semaphore slots;

  OpenLoop(List<? extends SharedLimiter<T>> limiters, Pace pace, Phase phase) {
    this.limiters = limiters;
    this.pace = pace;
    this.phase = phase;
    this.slots = new Semaphore(pace.concurrency());
  }

  /**
   * Starts one thread that sends to the limiters in turn. The latch opens after the last answer.
   */
  CountDownLatch start() {
    CountDownLatch answered = new CountDownLatch(1);
    Runnable work =
        () -> {
          sendAll();
          slots.acquireUninterruptibly(pace.concurrency());
          answered.countDown();
        };
    var unused = Generator.thread("load", work);
    return answered;
  }

  private void sendAll() {
    SplittableRandom random = new SplittableRandom(pace.seed());
    Tally tally = phase.tally();
    double interval = 1e9 / pace.rate();
    for (long sent = 0; ; sent++) {
      long intended = phase.startNanos() + (long) (sent * interval);
      if (phase.isOver(intended) || !phase.mayRequest(waitUntil(intended))) {
        return;
      }
      slots.acquireUninterruptibly();
      SharedLimiter<T> limiter = limiters.get((int) (sent % limiters.size()));
      send(tally, limiter, phase.mix().pick(random), intended);
    }
  }

  private long waitUntil(long intended) {
    long now = System.nanoTime();
    while (intended - now > 0 && !phase.isOver(now)) {
      if (pace.loop() == Pace.Loop.OPEN_SLEEPING) {
        LockSupport.parkNanos(Math.max(intended - now, SHORTEST_SLEEP_NANOS));
      } else if (intended - now > SPIN_NANOS) {
        LockSupport.parkNanos(intended - now - SPIN_NANOS / 2);
      } else {
        Thread.onSpinWait();
      }
      now = System.nanoTime();
    }
    return now;
  }

  private void send(Tally tally, SharedLimiter<T> limiter, int key, long intended) {
    long sent = System.nanoTime();
    CompletableFuture<T> answer = Generator.send(limiter, phase.mix().name(key));
    if (answer.isDone()) {
      slots.release();
      tally.answered(Generator.answerOf(limiter, answer), key, intended, sent, System.nanoTime());
      return;
    }
    var unused =
        answer.whenComplete(
            (decision, error) -> {
              Answer received = decision == null ? null : limiter.answer(decision);
              phase.tally().answered(received, key, intended, sent, System.nanoTime());
              slots.release();
            });
  }
}
