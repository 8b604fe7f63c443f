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
 * Makes requests for the length of a phase. The callers are spread evenly over the limiters.
 *
 * @param <T> the type of the decisions
 */
public final class Generator<T> {
  private static final long SEED = 42;
  private static final long LOOK_MILLIS = 100;

  private final List<? extends SharedLimiter<T>> limiters;
  private final Pace pace;
  private final Phase phase;

  private Generator(List<? extends SharedLimiter<T>> limiters, Pace pace, Phase phase) {
    this.limiters = limiters;
    this.pace = pace;
    this.phase = phase;
  }

  /**
   * Makes requests until the phase is over and all of them are answered.
   *
   * @param limiters the limiters of the instances
   * @param pace when requests are made
   * @param phase counts the answers
   */
  public static <T> void run(List<? extends SharedLimiter<T>> limiters, Pace pace, Phase phase)
      throws InterruptedException {
    Generator<T> generator = new Generator<>(limiters, pace, phase);
    switch (pace.loop()) {
      case THREADS -> generator.threads();
      case IN_FLIGHT -> generator.inFlight();
      case OPEN -> await(new OpenLoop<>(limiters, pace, phase).start(), phase);
    }
  }

  static SplittableRandom random(int caller) {
    return new SplittableRandom(SEED + caller);
  }

  /** Starts a daemon thread. */
  public static Thread thread(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** Waits for the last answers, unless the phase was stopped. */
  private static void await(CountDownLatch answered, Phase phase) throws InterruptedException {
    long waited = 0;
    while (!answered.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
      waited += phase.isOver(System.nanoTime()) ? LOOK_MILLIS : 0;
      if (waited > phase.patienceMillis()) {
        if (phase.isStopped()) {
          return;
        }
        throw new IllegalStateException(answered.getCount() + " callers were never answered");
      }
    }
  }

  private void threads() throws InterruptedException {
    CountDownLatch open = new CountDownLatch(pace.concurrency());
    for (int i = 0; i < pace.concurrency(); i++) {
      Caller caller = new Caller(i, open);
      var unused = thread("load-" + i, caller::block);
    }
    await(open, phase);
  }

  /**
   * As many threads as there are processors make the first request of every caller, and only then
   * continue with the callers that were answered at once. On a busy machine a thread may find every
   * answer done when it runs again; its other callers would never start.
   */
  private void inFlight() throws InterruptedException {
    int starters = Math.min(Runtime.getRuntime().availableProcessors(), pace.concurrency());
    CountDownLatch open = new CountDownLatch(pace.concurrency());
    for (int i = 0; i < starters; i++) {
      int first = i;
      Runnable start =
          () -> {
            List<Caller> answered = new ArrayList<>();
            for (int number = first; number < pace.concurrency(); number += starters) {
              Caller caller = new Caller(number, open);
              if (caller.request()) {
                answered.add(caller);
              }
            }
            answered.forEach(Caller::proceed);
          };
      var unused = thread("load-" + i, start);
    }
    await(open, phase);
  }

  /** Returns the answer of a future that is done; null if it failed. */
  static <T> @Nullable Answer answerOf(SharedLimiter<T> limiter, CompletableFuture<T> done) {
    return done.isCompletedExceptionally() ? null : limiter.answer(done.join());
  }

  /** Starts a request. An exception of the call is one of the future. */
  static <T> CompletableFuture<T> ask(SharedLimiter<T> limiter, String key) {
    try {
      return limiter.tryAcquireAsync(key).toCompletableFuture();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** A closed loop: the next request follows the answer to the last one. */
  private final class Caller {
    private final SharedLimiter<T> limiter;
    private final SplittableRandom random;
    private final CountDownLatch open;
    private long now = System.nanoTime();

    Caller(int number, CountDownLatch open) {
      this.limiter = limiters.get(number % limiters.size());
      this.random = random(number);
      this.open = open;
    }

    /** Makes requests on the calling thread until the phase is over. */
    void block() {
      Mix mix = phase.mix();
      Tally tally = phase.tally();
      long now = System.nanoTime();
      while (!phase.isOver(now)) {
        // The clock is read once a decision: its time includes the pick and the last count.
        long since = now;
        int key = mix.pick(random);
        Answer answer = null;
        try {
          answer = limiter.answer(limiter.tryAcquire(mix.name(key)));
        } catch (RuntimeException e) {
          // There is no answer: the request failed.
        }
        now = System.nanoTime();
        tally.answered(answer, key, since, since, now);
      }
      open.countDown();
    }

    /** Makes requests until one is not answered at once. Its answer makes the next ones. */
    void proceed() {
      now = System.nanoTime();
      while (request()) {
        // The answer was there at once.
      }
    }

    /** Makes a request, unless the phase is over. Returns whether it was answered at once. */
    private boolean request() {
      if (phase.isOver(now)) {
        open.countDown();
        return false;
      }
      long since = now;
      int key = phase.mix().pick(random);
      CompletableFuture<T> answer = ask(limiter, phase.mix().name(key));
      if (!answer.isDone()) {
        var unused = answer.whenComplete((decision, error) -> answered(decision, key, since));
        return false;
      }
      now = System.nanoTime();
      phase.tally().answered(answerOf(limiter, answer), key, since, since, now);
      return true;
    }

    private void answered(@Nullable T decision, int key, long since) {
      Answer answer = decision == null ? null : limiter.answer(decision);
      phase.tally().answered(answer, key, since, since, System.nanoTime());
      proceed();
    }
  }
}
