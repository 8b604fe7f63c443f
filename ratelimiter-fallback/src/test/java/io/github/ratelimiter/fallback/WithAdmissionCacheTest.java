package io.github.ratelimiter.fallback;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.cache.AdmissionCache;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.testkit.ManualTimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** An admission cache in front of a fallback. */
class WithAdmissionCacheTest {
  private final ManualTimeSource clock = ManualTimeSource.create();
  private final FaultyStore store = new FaultyStore(clock);
  private final RateLimiter limiter =
      RateLimiter.builder()
          .policy("test", "fixed-window 1000/h")
          .store(store)
          .wrap(
              inner ->
                  Fallback.around(inner).instance(0, 10).window(4, 2).timeSource(clock).build())
          .wrap(
              inner ->
                  AdmissionCache.around(inner)
                      .lease(Duration.ofMillis(100))
                      .timeSource(clock)
                      .build())
          .timeSource(clock)
          .build();

  private void heat() {
    for (int i = 0; i < 40; i++) {
      limiter.tryAcquire("hot");
    }
    assertThat(store.asked(Request.Lease.class)).isNotEmpty();
  }

  @Test
  @DisplayName("present leases are spent during an outage, and then the share decides")
  void leases() {
    heat();
    store.down();
    long leased = 0;
    Decision decision = limiter.tryAcquire("hot");
    while (decision.source() == Source.LEASE) {
      leased++;
      decision = limiter.tryAcquire("hot");
    }
    assertThat(leased).isPositive();
    assertThat(decision.source()).isEqualTo(Source.FALLBACK);
    long here = 0;
    while (decision.allowed()) {
      here++;
      decision = limiter.tryAcquire("hot");
    }
    assertThat(here).as("a tenth of what the store had left").isBetween(50L, 100L);
    store.up();
    clock.advance(Duration.ofSeconds(2));
    assertThat(limiter.tryAcquire("hot").source())
        .as("the others may not have charged yet what they admitted")
        .isEqualTo(Source.FALLBACK);
    clock.advance(Duration.ofSeconds(5));
    assertThat(limiter.tryAcquire("hot").source()).isIn(Source.STORE, Source.LEASE);
    assertThat(store.asked(Request.Charge.class)).isNotEmpty();
  }

  @Test
  @DisplayName(
      "no caller waits for two deadlines: not the one that requests a lease, nor one that waits for it")
  void oneDeadline() {
    heat();
    clock.advance(Duration.ofMillis(100));
    store.hang();
    List<CompletableFuture<Decision>> calls = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      calls.add(limiter.async().tryAcquire("hot"));
    }
    clock.advance(FaultyStore.DEADLINE);
    assertThat(calls).allMatch(CompletableFuture::isDone);
  }

  @Test
  @DisplayName("the chain reads from the outside in")
  void chain() {
    assertThat(limiter)
        .hasToString(
            "test (fixed-window 1000/h) -> admission cache -> fallback(local, 1 of 10 instances) -> faulty"
                + " store");
    limiter.close();
    assertThat(clock.waiting()).isZero();
  }

  @Test
  @DisplayName("by default, in one expression")
  void defaults() {
    try (RateLimiter plain =
        RateLimiter.builder()
            .policy("test", "100/min burst 20")
            .store(store)
            .wrap(Fallback::local)
            .wrap(AdmissionCache::of)
            .build()) {
      assertThat(plain.tryAcquire("k").source()).isEqualTo(Source.STORE);
      store.down();
      assertThat(plain.tryAcquire("k").remaining()).isEqualTo(18);
    }
  }
}
