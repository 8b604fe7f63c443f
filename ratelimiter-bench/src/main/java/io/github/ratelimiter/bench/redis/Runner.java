package io.github.ratelimiter.bench.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Puts a load on a limiter for a while. */
final class Runner {
  private static final long SEED = 42;
  private static final long DRAIN_SECONDS = 60;

  private final SharedLimiter limiter;
  private final String[] keys;
  private final Histogram nanos = Outcome.histogram();
  private final long startNanos = System.nanoTime();
  private final long lengthNanos;

  private Runner(SharedLimiter limiter, List<String> keys, double seconds) {
    this.limiter = limiter;
    this.keys = keys.toArray(new String[0]);
    this.lengthNanos = (long) (seconds * 1e9);
  }

  static Outcome run(SharedLimiter limiter, Load load, List<String> keys, double seconds)
      throws InterruptedException {
    Runner runner = new Runner(limiter, keys, seconds);
    return load.async() ? runner.inFlight(load.concurrency()) : runner.blocking(load.concurrency());
  }

  /** One of those that ask without end; its own thread's, or its own request's. */
  private final class Caller {
    private final SplittableRandom random;
    private long granted;
    private long refused;
    private long failed;
    private long late;

    Caller(int number) {
      this.random = new SplittableRandom(SEED + number);
    }

    String key() {
      return keys.length == 1 ? keys[0] : keys[random.nextInt(keys.length)];
    }

    void decided(boolean allowed, long sinceNanos, long now) {
      if (isOver(now)) {
        late++;
        return;
      }
      if (allowed) {
        granted++;
      } else {
        refused++;
      }
      nanos.recordValue(Math.min(now - sinceNanos, nanos.getHighestTrackableValue()));
    }
  }

  private Outcome outcome(List<Caller> callers) {
    return new Outcome(
        lengthNanos / 1e9,
        callers.stream().mapToLong(caller -> caller.granted).sum(),
        callers.stream().mapToLong(caller -> caller.refused).sum(),
        callers.stream().mapToLong(caller -> caller.failed).sum(),
        callers.stream().mapToLong(caller -> caller.late).sum(),
        nanos);
  }

  private boolean isOver(long now) {
    return now - startNanos >= lengthNanos;
  }

  // --- blocking --------------------------------------------------------------------------------

  private Outcome blocking(int threads) throws InterruptedException {
    ExecutorService pool = Executors.newFixedThreadPool(threads, Runner::daemon);
    try {
      List<Future<Caller>> callers = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        Caller caller = new Caller(i);
        callers.add(pool.submit(() -> askWithoutEnd(caller)));
      }
      List<Caller> done = new ArrayList<>();
      for (Future<Caller> caller : callers) {
        done.add(caller.get());
      }
      return outcome(done);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      pool.shutdownNow();
    }
  }

  private Caller askWithoutEnd(Caller caller) {
    long now = System.nanoTime();
    while (!isOver(now)) {
      long since = now;
      try {
        boolean allowed = limiter.tryAcquire(caller.key());
        now = System.nanoTime();
        caller.decided(allowed, since, now);
      } catch (RuntimeException e) {
        caller.failed++;
        now = System.nanoTime();
      }
    }
    return caller;
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "bench-caller");
    thread.setDaemon(true);
    return thread;
  }

  // --- asynchronous ----------------------------------------------------------------------------

  /**
   * Each answer is followed by the next request, made where the answer arrived, as in an
   * application that never blocks.
   */
  private Outcome inFlight(int requests) throws InterruptedException {
    CountDownLatch open = new CountDownLatch(requests);
    List<Chain> chains = new ArrayList<>();
    for (int i = 0; i < requests; i++) {
      chains.add(new Chain(new Caller(i), open));
    }
    chains.forEach(Chain::proceed);
    if (!open.await(DRAIN_SECONDS + lengthNanos / 1_000_000_000L, TimeUnit.SECONDS)) {
      throw new IllegalStateException(open.getCount() + " requests were never answered");
    }
    return outcome(chains.stream().map(chain -> chain.caller).toList());
  }

  /** Requests of which each is made when the one before has been answered. */
  private final class Chain {
    private final Caller caller;
    private final CountDownLatch open;

    Chain(Caller caller, CountDownLatch open) {
      this.caller = caller;
      this.open = open;
    }

    /** Makes requests until one is not answered at once. */
    void proceed() {
      long now = System.nanoTime();
      while (!isOver(now)) {
        Request request = new Request(now);
        try {
          CompletionStage<Boolean> answer = limiter.tryAcquireAsync(caller.key());
          answer.whenComplete(request::answered);
        } catch (RuntimeException e) {
          caller.failed++;
          now = System.nanoTime();
          continue;
        }
        if (!request.returned()) {
          return;
        }
        now = System.nanoTime();
      }
      open.countDown();
    }

    /** A request; of its answer and the return of the call that made it, the second goes on. */
    private final class Request {
      private final long sinceNanos;
      private boolean first = true;

      Request(long sinceNanos) {
        this.sinceNanos = sinceNanos;
      }

      void answered(Boolean allowed, Throwable error) {
        if (error == null) {
          caller.decided(allowed, sinceNanos, System.nanoTime());
        } else {
          caller.failed++;
        }
        if (second()) {
          proceed();
        }
      }

      /** Whether the answer was there before. */
      boolean returned() {
        return second();
      }

      private synchronized boolean second() {
        boolean second = !first;
        first = false;
        return second;
      }
    }
  }
}
