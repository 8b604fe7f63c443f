package io.github.ratelimiter.redis;

import static io.github.ratelimiter.servers.Eventually.eventually;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.StoreUnavailableException;
import io.github.ratelimiter.cache.AdmissionCache;
import io.github.ratelimiter.fallback.Fallback;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.store.StateStore;
import io.github.ratelimiter.store.StoreEvent;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A process whose common pool is held by its application for as long as it lives: the whole chain
 * must work as if nothing were. Argument: the URI of a server. Prints what is wrong, or {@code OK}.
 */
final class BusyCommonPool {
  private static final int MOST_THREADS = 40;

  private BusyCommonPool() {}

  public static void main(String[] args) throws Exception {
    hold();
    ManagementFactory.getThreadMXBean().resetPeakThreadCount();
    int before = ManagementFactory.getThreadMXBean().getThreadCount();
    chain(LocalStateStore.create());
    try (RedisStateStore store =
        RedisStateStore.builder(args[0]).timeout(Duration.ofSeconds(2)).build()) {
      chain(store);
    }
    breakerCloses();
    int more = ManagementFactory.getThreadMXBean().getPeakThreadCount() - before;
    check(more <= MOST_THREADS, "at its peak there were " + more + " more threads");
    System.out.println("OK, " + more + " threads");
    System.exit(0);
  }

  private static void hold() throws InterruptedException {
    int parallelism = ForkJoinPool.commonPool().getParallelism();
    CountDownLatch held = new CountDownLatch(Math.max(parallelism, 1));
    CountDownLatch never = new CountDownLatch(1);
    for (int i = 0; i < parallelism + 64; i++) {
      ForkJoinPool.commonPool()
          .execute(
              () -> {
                held.countDown();
                try {
                  never.await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
    }
    check(held.await(30, TimeUnit.SECONDS), "the common pool could not be held");
  }

  private static void chain(StateStore store) throws Exception {
    for (String policy : new String[] {"10/s burst 1", "fixed-window 1/100ms"}) {
      RateLimiter limiter =
          RateLimiter.builder()
              .policy(Policy.parse("p" + policy.length(), policy))
              .store(store)
              .wrap(Fallback::local)
              .wrap(AdmissionCache::of)
              .build();
      while (limiter.tryAcquire("k").allowed()) {
        // Until nothing is left.
      }
      long start = System.nanoTime();
      Decision decision = limiter.tryAcquire("k", 1, Duration.ofMillis(500));
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
      check(decision.allowed() && millis < 2_000, decision + " after " + millis + " ms");
      alarms(limiter);
      limiter.close();
    }
    RateLimiter hot =
        RateLimiter.builder()
            .policy(Policy.parse("hot", "100000/s"))
            .store(store)
            .wrap(Fallback::local)
            .wrap(AdmissionCache::of)
            .build();
    List<CompletableFuture<Decision>> calls = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      calls.add(hot.async().tryAcquire("hot"));
    }
    for (CompletableFuture<Decision> call : calls) {
      check(call.get(10, TimeUnit.SECONDS).allowed(), "a hot key was refused");
    }
    hot.close();
  }

  /** Thousands of waits at once, of which most are cancelled. */
  private static void alarms(RateLimiter limiter) throws Exception {
    List<CompletableFuture<Decision>> turns = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      turns.add(limiter.async().tryAcquire("k" + i % 500, 1, Duration.ofSeconds(20)));
    }
    for (int i = 500; i < turns.size(); i++) {
      turns.get(i).cancel(false);
    }
    for (CompletableFuture<Decision> turn : turns.subList(0, 500)) {
      check(turn.get(10, TimeUnit.SECONDS).allowed(), "a waiter was refused");
    }
  }

  private static void breakerCloses() {
    AtomicBoolean down = new AtomicBoolean(true);
    StateStore well = LocalStateStore.create();
    StateStore flapping =
        (request, deadline) ->
            down.get()
                ? CompletableFuture.failedFuture(new StoreUnavailableException("down", false, null))
                : well.decide(request, deadline);
    CountDownLatch closed = new CountDownLatch(1);
    try (Fallback fallback =
        Fallback.around(flapping)
            .leastInstances(2)
            .window(50, 20)
            .probeAfter(Duration.ofMillis(100))
            .listener(
                event -> {
                  if (event instanceof StoreEvent.BreakerClosed) {
                    closed.countDown();
                  }
                })
            .build()) {
      RateLimiter limiter = RateLimiter.of(Policy.parse("breaker", "1000/s"), fallback);
      for (int i = 0; i < 100; i++) {
        limiter.tryAcquire("k");
      }
      down.set(false);
      eventually("the breaker closes").until(() -> closed.getCount() == 0);
    }
  }

  private static void check(boolean right, String otherwise) {
    if (!right) {
      System.out.println(otherwise);
      System.exit(1);
    }
  }
}
