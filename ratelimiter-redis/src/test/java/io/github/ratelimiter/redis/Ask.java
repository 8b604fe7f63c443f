package io.github.ratelimiter.redis;

import static io.github.ratelimiter.servers.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.StoreException;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StateStore;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks stores, and what goes wrong. */
final class Ask {
  /** A limit that gives nothing back while a test runs. */
  static final Policy HUNDRED = Policy.parse("test", "fixed-window 100/day from first use");

  private Ask() {}

  static Decision acquire(StateStore store, String key, Policy policy) {
    try {
      return store
          .decide(new Request.Acquire(key, policy, 1))
          .toCompletableFuture()
          .get(30, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new AssertionError(e);
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  static Decision acquire(StateStore store, String key) {
    return acquire(store, key, HUNDRED);
  }

  static Decision peek(StateStore store, String key) {
    return peek(store, key, HUNDRED);
  }

  static Decision peek(StateStore store, String key, Policy policy) {
    return store.decide(new Request.Peek(key, policy, 1)).toCompletableFuture().join();
  }

  /** What an acquire fails with; fails if it does not fail. */
  static <E extends StoreException> E failure(Class<E> type, StateStore store, String key) {
    try {
      Decision decision = acquire(store, key);
      throw new AssertionError("decided: " + decision);
    } catch (StoreException e) {
      assertThat(e).isInstanceOf(type);
      return type.cast(e);
    }
  }

  /** Waits until the store decides again, and returns how long that took. */
  static Duration untilDecides(StateStore store, String key) {
    long start = System.nanoTime();
    eventually(store + " decides")
        .atMost(Duration.ofSeconds(30))
        .until(() -> peek(store, key) != null);
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
