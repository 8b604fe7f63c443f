package io.github.ratelimiter.redis;

import static io.github.ratelimiter.servers.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.Status;
import io.github.ratelimiter.cache.AdmissionCache;
import io.github.ratelimiter.fallback.Fallback;
import io.github.ratelimiter.servers.RedisProcess;
import io.github.ratelimiter.store.StoreEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What a limiter on Redis tells of itself")
class StatusTest {
  private final Policy policy = Policy.parse("login", "1000/s");

  @Test
  @DisplayName("starting, ready, degraded by an outage and why, ready again, closed")
  void life() {
    try (RedisProcess server = RedisProcess.start()) {
      RedisStateStore store = RedisStateStore.builder(server.uri()).build();
      RateLimiter limiter =
          RateLimiter.builder()
              .policy(policy)
              .store(store)
              .wrap(inner -> Fallback.around(inner).instance(0, 1).window(5, 2).build())
              .wrap(AdmissionCache::of)
              .build();
      eventually("the store decides")
          .until(() -> limiter.tryAcquire("k").allowed() && limiter.status().isReady());

      Instant before = Instant.now().minusSeconds(1);
      server.kill();
      eventually("the fallback decides")
          .until(() -> limiter.tryAcquire("k").allowed() && !limiter.status().isReady());
      Status.Degraded degraded = (Status.Degraded) limiter.status();
      assertThat(degraded.since()).isBetween(before, Instant.now().plusSeconds(1));
      assertThat(degraded.reason()).isNotEmpty();

      server.startAgain();
      eventually("the store decides again")
          .until(() -> limiter.tryAcquire("k").allowed() && limiter.status().isReady());
      limiter.close();
      assertThat(limiter.status()).isInstanceOf(Status.Closed.class);
      store.close();
      assertThat(store.status()).isInstanceOf(Status.Closed.class);
    }
  }

  @Test
  @DisplayName("a server that was never there")
  void starting() {
    try (RedisStateStore store = RedisStateStore.builder("redis://127.0.0.1:1").build()) {
      assertThat(store.status()).isInstanceOf(Status.Starting.class);
    }
  }

  @Test
  @DisplayName("each batch is an event")
  void batches() {
    List<StoreEvent> events = new CopyOnWriteArrayList<>();
    try (RedisProcess server = RedisProcess.start();
        RedisStateStore store = RedisStateStore.builder(server.uri()).build()) {
      RateLimiter limiter =
          RateLimiter.builder().policy(policy).store(store).storeListener(events::add).build();
      Ask.untilDecides(store, "k");
      eventually("an event").until(() -> !events.isEmpty());
      StoreEvent.BatchEnded batch = (StoreEvent.BatchEnded) events.get(events.size() - 1);
      assertThat(batch.requests()).isEqualTo(1);
      assertThat(batch.failed()).isFalse();
      assertThat(batch.time()).isPositive().isLessThan(Duration.ofSeconds(10));

      limiter.close();
      int heard = events.size();
      Ask.untilDecides(store, "k");
      assertThat(events).as("after the limiter was closed").hasSize(heard);
    }
  }
}
