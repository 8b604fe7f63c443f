package io.github.ratelimiter.fallback;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.StoreUnavailableException;
import io.github.ratelimiter.store.StateStore;
import io.github.ratelimiter.store.StoreListener;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A listener that takes its time, on real threads. */
class SlowListenerTest {
  private static final StateStore DOWN =
      (request, deadline) ->
          CompletableFuture.failedFuture(new StoreUnavailableException("down", false, null));

  @Test
  @DisplayName("it delays no decision, and is notified of all of them")
  void holdsUpNobody() throws InterruptedException {
    CountDownLatch held = new CountDownLatch(1);
    AtomicInteger told = new AtomicInteger();
    CountDownLatch all = new CountDownLatch(10);
    StoreListener slow =
        event -> {
          try {
            held.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          told.incrementAndGet();
          all.countDown();
        };
    try (Fallback fallback = Fallback.around(DOWN).leastInstances(2).listener(slow).build()) {
      RateLimiter limiter = RateLimiter.builder().policy("test", "100/min").store(fallback).build();
      for (int i = 0; i < 10; i++) {
        assertThat(limiter.tryAcquire("k").source()).isEqualTo(Source.FALLBACK);
      }
      assertThat(told).hasValue(0);
      held.countDown();
      assertThat(all.await(30, TimeUnit.SECONDS)).isTrue();
    }
  }
}
