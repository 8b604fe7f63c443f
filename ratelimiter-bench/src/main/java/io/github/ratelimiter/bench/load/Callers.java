package io.github.ratelimiter.bench.load;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.RateLimiter;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Closed loops: each caller waits for its answer before it asks again. */
final class Callers {
  private static final long SEED = 42;

  private static final long LOOK_MILLIS = 100;

  private Callers() {}

  /** Asks until a phase is over and everybody has been answered. */
  static void run(Setup setup, Instances instances, Phase phase) throws InterruptedException {
    switch (setup.loop()) {
      case THREADS -> blocking(setup, instances, phase);
      case IN_FLIGHT -> inFlight(setup, instances, phase);
      case OPEN -> new OpenLoop(setup, instances, phase).run();
    }
  }

  static SplittableRandom random(int caller) {
    return new SplittableRandom(SEED + caller);
  }

  static Thread thread(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** Waits for the last answers, unless the phase was cut short. */
  static void await(CountDownLatch answered, Phase phase) throws InterruptedException {
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

  // --- threads that block ----------------------------------------------------------------------

  private static void blocking(Setup setup, Instances instances, Phase phase)
      throws InterruptedException {
    CountDownLatch open = new CountDownLatch(setup.concurrency());
    for (int i = 0; i < setup.concurrency(); i++) {
      int caller = i;
      var unused =
          thread(
              "load-" + i,
              () -> {
                ask(instances.of(caller), random(caller), phase);
                open.countDown();
              });
    }
    await(open, phase);
  }

  private static void ask(RateLimiter limiter, SplittableRandom random, Phase phase) {
    Mix mix = phase.mix();
    Tally tally = phase.tally();
    long now = System.nanoTime();
    while (!phase.isOver(now)) {
      // The clock is read once a decision: picking and counting belong to the next one's time.
      long since = now;
      int key = mix.pick(random);
      Decision decision = null;
      try {
        decision = limiter.tryAcquire(mix.name(key));
      } catch (RuntimeException e) {
        // No decision: counted as that.
      }
      now = System.nanoTime();
      tally.answered(decision, key, since, since, now);
    }
  }

  // --- requests in flight ----------------------------------------------------------------------

  /** The first requests are made by as many threads as there are processors. */
  private static void inFlight(Setup setup, Instances instances, Phase phase)
      throws InterruptedException {
    int starters = Math.min(Runtime.getRuntime().availableProcessors(), setup.concurrency());
    CountDownLatch open = new CountDownLatch(setup.concurrency());
    for (int i = 0; i < starters; i++) {
      int first = i;
      var unused =
          thread(
              "load-" + i,
              () -> {
                for (int caller = first; caller < setup.concurrency(); caller += starters) {
                  new Chain(instances.of(caller), random(caller), phase, open).proceed();
                }
              });
    }
    await(open, phase);
  }
}
