package io.github.ratelimiter.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.fallback.Fallback;
import io.github.ratelimiter.servers.RedisProcess;
import io.github.ratelimiter.store.StoreEvent;
import io.github.ratelimiter.store.StoreListener;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Many thousand calls at once, to a server that is well: virtual threads where the JDK has them,
 * else asynchronous calls. Most of them wait for each other, and many in vain. {@code
 * -Dburst.bursts=100} tries more bursts.
 */
@Isolated("It takes all processors.")
class BurstTest {
  private static final int BURSTS = Integer.getInteger("burst.bursts", 4);
  private static final long LIMIT = 20_000;
  private static final long LEFT = 5_000;
  private static final Policy POLICY =
      Policy.parse("test", "fixed-window " + LIMIT + "/day from first use");

  /** A server that answers a ping later than this is not well, or not let be. */
  private static final Duration WELL = Duration.ofMillis(250);

  private final RedisProcess server = RedisProcess.start();
  private final AtomicLong bursts = new AtomicLong();
  private final Queue<String> opened = new ConcurrentLinkedQueue<>();
  private final AtomicLong here = new AtomicLong();
  private final AtomicLong allowedHere = new AtomicLong();

  private final StoreListener listener =
      event -> {
        if (event instanceof StoreEvent.BreakerOpened why) {
          opened.add(String.valueOf(why.reason().getMessage()));
        }
      };

  @AfterEach
  void stop() {
    server.close();
  }

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
        CompletableFuture<Decision> call = limiter.async().tryAcquire(key);
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

  /** Pings the server on a connection of its own: is it well, and does the machine let it be? */
  private static final class Witness implements AutoCloseable {
    private final RedisProcess server;
    private final AtomicLong slowestNanos = new AtomicLong();
    private final Thread thread = new Thread(this::watch, "witness");
    private volatile boolean stopped;

    Witness(RedisProcess server) {
      this.server = server;
      thread.start();
    }

    private void watch() {
      while (!stopped) {
        long start = System.nanoTime();
        server.run("PING");
        slowestNanos.accumulateAndGet(System.nanoTime() - start, Math::max);
        LockSupport.parkNanos(5_000_000);
      }
    }

    boolean sawNothing() {
      return slowestNanos.getAndSet(0) < WELL.toNanos();
    }

    @Override
    public void close() {
      stopped = true;
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  @Test
  void theBreakerStaysClosedAndNobodyIsAdmittedTooMuch() throws Exception {
    int counted = 0;
    for (int i = 0; i < 3 * BURSTS && counted < BURSTS; i++) {
      counted += oneBurst(i % 2 == 0 ? 20_000 : 10_000) ? 1 : 0;
    }
    assumeTrue(counted == BURSTS, "the machine has no time for this");
  }

  /** Whether the server was well all the time. */
  private boolean oneBurst(int calls) throws Exception {
    opened.clear();
    try (RedisStateStore store = RedisStateStore.builder(server.uri()).build();
        Fallback fallback = Fallback.around(store).instance(0, 1).listener(listener).build();
        Witness witness = new Witness(server)) {
      RateLimiter limiter = RateLimiter.of(POLICY, fallback);
      Ask.untilDecides(store, "warm");
      String key = "burst " + bursts.incrementAndGet();
      limiter.tryAcquire(key, LIMIT - LEFT);
      long start = System.nanoTime();
      long granted = burst(limiter, key, calls);
      boolean well = witness.sawNothing();
      System.out.printf(
          "MEASURED burst of %d: granted %d of %d in %.0f ms; without the store %d, of which %d"
              + " granted; breaker opened: %s%s%n",
          calls,
          granted,
          LEFT,
          (System.nanoTime() - start) / 1e6,
          here.getAndSet(0),
          allowedHere.getAndSet(0),
          opened,
          well ? "" : "; not counted, the server had no processor");
      assertThat(granted).isLessThanOrEqualTo(LEFT);
      if (well) {
        assertThat(opened).isEmpty();
      }
      return well;
    }
  }
}
