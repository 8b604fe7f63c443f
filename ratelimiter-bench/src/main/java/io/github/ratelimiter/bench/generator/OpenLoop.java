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
 * Makes requests at fixed instants. The time of an answer counts from that instant: it includes the
 * wait for earlier requests, as a user would have waited.
 */
final class OpenLoop<T> {
  /** A thread that sleeps for a shorter time wakes up too late. */
  private static final long SPIN_NANOS = 100_000;

  private final List<? extends SharedLimiter<T>> limiters;
  private final Pace pace;
  private final Phase phase;
  private final Semaphore room;

  OpenLoop(List<? extends SharedLimiter<T>> limiters, Pace pace, Phase phase) {
    this.limiters = limiters;
    this.pace = pace;
    this.phase = phase;
    this.room = new Semaphore(pace.concurrency());
  }

  /** Starts one thread that sends to all limiters in turn. Returns the end of all answers. */
  CountDownLatch start() {
    CountDownLatch answered = new CountDownLatch(1);
    Runnable work =
        () -> {
          send();
          room.acquireUninterruptibly(pace.concurrency());
          answered.countDown();
        };
    var unused = Generator.thread("load", work);
    return answered;
  }

  private void send() {
    SplittableRandom random = Generator.random(0);
    Tally tally = phase.tally();
    double interval = 1e9 / pace.rate();
    for (long sent = 0; ; sent++) {
      long intended = phase.startNanos() + (long) (sent * interval);
      if (phase.isOver(intended) || phase.isOver(await(intended))) {
        return;
      }
      room.acquireUninterruptibly();
      SharedLimiter<T> limiter = limiters.get((int) (sent % limiters.size()));
      ask(tally, limiter, phase.mix().pick(random), intended);
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

  private void ask(Tally tally, SharedLimiter<T> limiter, int key, long intended) {
    long sent = System.nanoTime();
    CompletableFuture<T> answer = Generator.ask(limiter, phase.mix().name(key));
    if (answer.isDone()) {
      room.release();
      tally.answered(Generator.answerOf(limiter, answer), key, intended, sent, System.nanoTime());
      return;
    }
    var unused =
        answer.whenComplete(
            (decision, error) -> {
              Answer told = decision == null ? null : limiter.answer(decision);
              phase.tally().answered(told, key, intended, sent, System.nanoTime());
              room.release();
            });
  }
}
