package io.github.ratelimiter.fallback;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.StoreUnavailableException;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StateStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Concurrent calls to a store that fails at times. In the end it has counted every permit. */
class PendingUsageBalanceTest {
  private static final int KEYS = 8;
  private static final int THREADS = 4;
  private static final Policy POLICY =
      Policy.parse("test", "fixed-window 1000000/day from first use");

  private final LocalStateStore books = LocalStateStore.create();
  private volatile boolean down;

  /** A store that answers later, on another thread, and not always. */
  private final class Flapping implements StateStore {
    @Override
    public CompletionStage<Decision> decide(Request request, Deadline deadline) {
      if (down) {
        return CompletableFuture.failedFuture(new StoreUnavailableException("down", false, null));
      }
      // Order of a key's requests is kept; the answer comes from a pool.
      Decision decision = books.tryDecide(request);
      return CompletableFuture.completedFuture(decision).thenApplyAsync(d -> d);
    }
  }

  private long used(int key) {
    return 1_000_000 - books.tryDecide(new Request.Peek("k" + key, POLICY, 1)).remaining();
  }

  @Test
  @DisplayName("nothing that was admitted is lost, and nothing is counted twice")
  void balance() throws Exception {
    AtomicLongArray admitted = new AtomicLongArray(KEYS);
    Fallback fallback =
        Fallback.around(new Flapping())
            .window(10, 5)
            .slowCall(Duration.ofMinutes(1))
            .probeAfter(Duration.ofMillis(1))
            .build();
    RateLimiter limiter = RateLimiter.of(POLICY, fallback);
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<?>> callers = new ArrayList<>();
      for (int t = 0; t < THREADS; t++) {
        SplittableRandom random = new SplittableRandom(t);
        callers.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 20_000; i++) {
                    int key = random.nextInt(KEYS);
                    long permits = 1 + random.nextInt(3);
                    if (limiter.tryAcquire("k" + key, permits).allowed()) {
                      admitted.addAndGet(key, permits);
                    }
                    if (random.nextInt(200) == 0) {
                      down = !down;
                    }
                  }
                }));
      }
      for (Future<?> caller : callers) {
        caller.get(1, TimeUnit.MINUTES);
      }
    } finally {
      threads.shutdownNow();
    }
    down = false;
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    for (int key = 0; key < KEYS; key++) {
      while (used(key) < admitted.get(key) && System.nanoTime() < deadline) {
        LockSupport.parkNanos(1_000_000);
      }
      assertThat(used(key)).as("k%s", key).isEqualTo(admitted.get(key));
    }
    fallback.close();
  }
}
