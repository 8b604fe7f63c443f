package io.github.ratelimiter.bench.generator;

import io.github.ratelimiter.bench.limiter.Answer;
import io.github.ratelimiter.bench.limiter.SharedLimiter;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes requests during a phase. Callers are distributed evenly over the limiters.
 *
 * @param <T> the type of the decisions
 */
public final class Generator<T> {
  private static final long POLL_MILLIS = 100;

  private final List<? extends SharedLimiter<T>> limiters;
  private final Pace pace;
  private final Phase phase;

  private Generator(List<? extends SharedLimiter<T>> limiters, Pace pace, Phase phase) {
    this.limiters = limiters;
    this.pace = pace;
    this.phase = phase;
  }

  /**
   * Makes requests until the phase is over, then waits for the answers.
   *
   * @param limiters the limiters of the instances
   * @param pace when requests are made
   * @param phase counts the answers
   */
  public static <T> void run(List<? extends SharedLimiter<T>> limiters, Pace pace, Phase phase)
      throws InterruptedException {
    Generator<T> generator = new Generator<>(limiters, pace, phase);
    switch (pace.loop()) {
      case THREADS -> generator.runThreads();
      case IN_FLIGHT -> generator.runInFlight();
      case OPEN, OPEN_SLEEPING -> await(new OpenLoop<>(limiters, pace, phase).start(), phase);
    }
  }

  /** Starts a daemon thread. */
  public static Thread thread(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** Waits for the last answers. Gives up early if the phase was stopped. */
  private static void await(CountDownLatch unfinished, Phase phase) throws InterruptedException {
    long waited = 0;
    while (!unfinished.await(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
      waited += phase.isOver(System.nanoTime()) ? POLL_MILLIS : 0;
      if (waited > phase.answerTimeoutMillis()) {
        if (phase.isStopped()) {
          return;
        }
        throw new IllegalStateException(unfinished.getCount() + " callers received no answer");
      }
    }
  }

  private void runThreads() throws InterruptedException {
    CountDownLatch running = new CountDownLatch(pace.concurrency());
    for (int i = 0; i < pace.concurrency(); i++) {
      Caller caller = new Caller(i, running);
      var unused = thread("load-" + i, caller::block);
    }
    await(running, phase);
  }

  /**
   * Starts the callers on one thread per processor. Each thread first makes one request for every
   * caller, and then continues with the callers that were answered immediately. Otherwise, on a
   * busy machine, the first caller of a thread could keep it busy and its other callers would not
   * start.
   */
  private void runInFlight() throws InterruptedException {
    int threads = Math.min(Runtime.getRuntime().availableProcessors(), pace.concurrency());
    CountDownLatch running = new CountDownLatch(pace.concurrency());
    for (int i = 0; i < threads; i++) {
      int first = i;
      Runnable start =
          () -> {
            List<Caller> answeredNow = new ArrayList<>();
            for (int number = first; number < pace.concurrency(); number += threads) {
              Caller caller = new Caller(number, running);
              if (caller.request()) {
                answeredNow.add(caller);
              }
            }
            answeredNow.forEach(Caller::proceed);
          };
      var unused = thread("load-" + i, start);
    }
    await(running, phase);
  }

  /** Returns the answer of a completed future; null if it failed. */
  static <T> @Nullable Answer answerOf(SharedLimiter<T> limiter, CompletableFuture<T> done) {
    return done.isCompletedExceptionally() ? null : limiter.answer(done.join());
  }

  /** Sends a request. If the call throws, returns a failed future. */
  static <T> CompletableFuture<T> send(SharedLimiter<T> limiter, String key) {
    try {
      return limiter.tryAcquireAsync(key).toCompletableFuture();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** A closed loop: each request follows the answer to the previous one. */
  private final class Caller {
    private final SharedLimiter<T> limiter;
    private final SplittableRandom random;
    private final CountDownLatch running;
    private long lastNanos = System.nanoTime();

    Caller(int number, CountDownLatch running) {
      this.limiter = limiters.get(number % limiters.size());
      this.random = new SplittableRandom(pace.seed() + number);
      this.running = running;
    }

    /** Makes requests on the calling thread until the phase is over. */
    void block() {
      Mix mix = phase.mix();
      Tally tally = phase.tally();
      long now = System.nanoTime();
      while (!phase.isOver(now)) {
        // Reads the clock once per request, so the time includes the choice of the key.
        long since = now;
        int key = mix.pick(random);
        Answer answer = null;
        try {
          answer = limiter.answer(limiter.tryAcquire(mix.name(key)));
        } catch (RuntimeException e) {
          // A null answer is counted as a failure.
        }
        now = System.nanoTime();
        tally.answered(answer, key, since, since, now);
      }
      running.countDown();
    }

    /** Makes requests until one is not answered immediately. Its answer continues the loop. */
    void proceed() {
      lastNanos = System.nanoTime();
      boolean answered = true;
      while (answered) {
        answered = request();
      }
    }

    /** Makes a request unless the phase is over. Returns whether it was answered immediately. */
    private boolean request() {
      if (phase.isOver(lastNanos)) {
        running.countDown();
        return false;
      }
      long since = lastNanos;
      int key = phase.mix().pick(random);
      CompletableFuture<T> answer = send(limiter, phase.mix().name(key));
      if (!answer.isDone()) {
        var unused = answer.whenComplete((decision, error) -> answered(decision, key, since));
        return false;
      }
      lastNanos = System.nanoTime();
      phase.tally().answered(answerOf(limiter, answer), key, since, since, lastNanos);
      return true;
    }

    private void answered(@Nullable T decision, int key, long since) {
      Answer answer = decision == null ? null : limiter.answer(decision);
      phase.tally().answered(answer, key, since, since, System.nanoTime());
      proceed();
    }
  }
}
