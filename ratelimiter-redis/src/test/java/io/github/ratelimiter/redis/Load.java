package io.github.ratelimiter.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.StoreException;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StateStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Callers that acquire without end, and the reserves of what they were told. */
final class Load implements AutoCloseable {
  private static final int KEYS = 50;

  private final StateStore store;
  private final Policy policy;
  private final List<Thread> callers = new ArrayList<>();
  private final Map<String, AtomicLong> granted = new ConcurrentHashMap<>();
  private final Map<String, AtomicLong> unknown = new ConcurrentHashMap<>();
  private final AtomicLong decisions = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();
  private final AtomicLong slowestNanos = new AtomicLong();
  private final AtomicLong lastFailureNanos = new AtomicLong();
  private volatile Throwable unexpected;
  private volatile boolean stopped;

  Load(StateStore store, Policy policy, int callers) {
    this.store = store;
    this.policy = policy;
    for (int i = 0; i < callers; i++) {
      Thread caller = new Thread(this::call, "caller");
      caller.setDaemon(true);
      caller.start();
      this.callers.add(caller);
    }
  }

  static String key(int i) {
    return "key" + i % KEYS;
  }

  static List<String> keys() {
    return java.util.stream.IntStream.range(0, KEYS).mapToObj(Load::key).toList();
  }

  private void call() {
    for (int i = 0; !stopped; i++) {
      String key = key(i);
      long start = System.nanoTime();
      try {
        Decision decision = Ask.acquire(store, key, policy);
        if (decision.allowed()) {
          count(granted, key);
        }
        decisions.incrementAndGet();
      } catch (StoreException e) {
        failures.incrementAndGet();
        lastFailureNanos.set(System.nanoTime());
        if (e.mayHaveRun()) {
          count(unknown, key);
        }
        Thread.onSpinWait();
      } catch (Throwable e) {
        unexpected = e;
      }
      slowestNanos.accumulateAndGet(System.nanoTime() - start, Math::max);
    }
  }

  private static void count(Map<String, AtomicLong> counts, String key) {
    counts.computeIfAbsent(key, k -> new AtomicLong()).incrementAndGet();
  }

  static long of(Map<String, AtomicLong> counts, String key) {
    AtomicLong count = counts.get(key);
    return count == null ? 0 : count.get();
  }

  long decisions() {
    return decisions.get();
  }

  long failures() {
    return failures.get();
  }

  /** When the last failure was, by {@link System#nanoTime()}. */
  long lastFailureNanos() {
    return lastFailureNanos.get();
  }

  Duration slowest() {
    return Duration.ofNanos(slowestNanos.get());
  }

  /** Stops, and waits for the last answers. */
  @Override
  public void close() {
    stopped = true;
    for (Thread caller : callers) {
      try {
        caller.join(30_000);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  /** After a stop: what is stored as used is what was granted, and at most what is unknown more. */
  void assertBooksBalance(StateStore reader, long limit) {
    assertThat(unexpected).isNull();
    for (String key : keys()) {
      long sure = of(granted, key);
      assertThat(used(reader, limit, key))
          .as("used of %s", key)
          .isBetween(sure, sure + of(unknown, key));
    }
  }

  /** After a stop and a failover, in which Redis may have lost writes: nothing counted twice. */
  void assertNothingTwice(StateStore reader, long limit) {
    assertThat(unexpected).isNull();
    for (String key : keys()) {
      assertThat(used(reader, limit, key))
          .as("used of %s", key)
          .isBetween(1L, of(granted, key) + of(unknown, key));
    }
  }

  private long used(StateStore reader, long limit, String key) {
    Request peek = new Request.Peek(key, policy, 1);
    return limit - reader.decide(peek).toCompletableFuture().join().remaining();
  }
}
