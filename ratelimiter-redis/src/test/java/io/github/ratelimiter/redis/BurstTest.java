package io.github.ratelimiter.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.Source;
import io.github.ratelimiter.StoreException;
import io.github.ratelimiter.fallback.Fallback;
import io.github.ratelimiter.fallback.FallbackListener;
import io.github.ratelimiter.redis.servers.RedisProcess;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Many thousand calls at once, to a server that is well: virtual threads where the JDK has them,
 * else asynchronous calls. Most of them wait for each other, and many in vain.
 */
@Isolated("It takes all processors.")
class BurstTest {
  private static final int BURSTS = Integer.getInteger("burst.bursts", 10);
  private static final long LIMIT = 20_000;
  private static final long LEFT = 5_000;
  private static final Policy POLICY =
      Policy.parse("fixed-window " + LIMIT + "/day from first use");

  private final AtomicLong opened = new AtomicLong();
  private final AtomicLong here = new AtomicLong();
  private final AtomicLong allowedHere = new AtomicLong();

  private final FallbackListener listener =
      new FallbackListener() {
        @Override
        public void onOpened(StoreException reason) {
          opened.incrementAndGet();
        }
      };

  /** What a burst was granted. */
  private long burst(RateLimiter limiter, String key, int calls) throws Exception {
    AtomicLong granted = new AtomicLong();
    CountDownLatch done = new CountDownLatch(calls);
    ExecutorService threads = virtualThreads();
    for (int i = 0; i < calls; i++) {
      if (threads != null) {
        threads.execute(
            () -> {
              try {
                heard(limiter.tryAcquire(key), granted);
              } finally {
                done.countDown();
              }
            });
      } else {
        CompletableFuture<Decision> call = limiter.tryAcquireAsync(key);
        var unused =
            call.whenComplete(
                (decision, failure) -> {
                  heard(decision, granted);
                  done.countDown();
                });
      }
    }
    assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
    if (threads != null) {
      threads.shutdown();
    }
    return granted.get();
  }

  private void heard(Decision decision, AtomicLong granted) {
    if (decision.allowed()) {
      granted.incrementAndGet();
    }
    if (decision.source() == Source.FALLBACK) {
      here.incrementAndGet();
      allowedHere.addAndGet(decision.allowed() ? 1 : 0);
    }
  }

  /** Null on a JDK that has none. */
  private static ExecutorService virtualThreads() throws ReflectiveOperationException {
    if (Runtime.version().feature() < 21) {
      return null;
    }
    return (ExecutorService)
        Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
  }

  @Test
  void theBreakerStaysClosedAndNobodyIsAdmittedTooMuch() throws Exception {
    try (RedisProcess server = RedisProcess.start();
        RedisStateStore store = RedisStateStore.builder(server.uri()).build();
        Fallback fallback = Fallback.around(store).instance(0, 1).listener(listener).build()) {
      RateLimiter limiter = RateLimiter.of(POLICY, fallback);
      Ask.untilDecides(store, "warm");
      for (int i = 0; i < BURSTS; i++) {
        int calls = i % 2 == 0 ? 20_000 : 10_000;
        String key = "burst " + i;
        limiter.tryAcquire(key, LIMIT - LEFT);
        long start = System.nanoTime();
        long granted = burst(limiter, key, calls);
        System.out.printf(
            "MEASURED burst of %d: granted %d of %d in %.0f ms; without the store %d, of which %d"
                + " granted; breaker opened %d times%n",
            calls,
            granted,
            LEFT,
            (System.nanoTime() - start) / 1e6,
            here.getAndSet(0),
            allowedHere.getAndSet(0),
            opened.get());
        assertThat(granted).isLessThanOrEqualTo(LEFT);
      }
      assertThat(opened).hasValue(0);
    }
  }
}
