package io.github.ratelimiter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.StoreUnavailableException;
import io.github.ratelimiter.cache.AdmissionCache;
import io.github.ratelimiter.fallback.Fallback;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StateStore;
import io.github.ratelimiter.store.StoreEvent;
import io.github.ratelimiter.store.StoreListener;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The recipes of the guide, and the snippets of the page on failure. */
class RecipesTest {
  private final AtomicBoolean down = new AtomicBoolean();
  private final StateStore redis = new Redis();

  /** Stands for a store on the other side of a network, which can be down. */
  private final class Redis implements StateStore {
    private final StateStore store = LocalStateStore.create();

    @Override
    public CompletionStage<Decision> decide(Request request, Deadline deadline) {
      return down.get()
          ? CompletableFuture.failedFuture(new StoreUnavailableException("down", false, null))
          : store.decide(request, deadline);
    }

    @Override
    public String toString() {
      return "RedisStateStore(localhost)";
    }
  }

  @Test
  void theReadmesFleet() {
    RateLimiter limiter =
        RateLimiter.builder()
            .policy("login", "100/min burst 20; 1000/day")
            .store(redis) // RedisStateStore.builder("redis://localhost").build()
            .wrap(Fallback::local) // decides while Redis is down, under this instance's share
            .wrap(AdmissionCache::of) // decides hot keys without a round trip
            .build();

    assertThat(limiter.tryAcquire("user:42").remaining()).isEqualTo(19);
    down.set(true);
    assertThat(limiter.tryAcquire("user:42").allowed()).isTrue();
    limiter.close();
  }

  @Test
  void howDoIUseRedisWithEverything() {
    RateLimiter limiter =
        RateLimiter.builder()
            .policy("api", "100/min burst 20")
            .store(redis)
            .wrap(Fallback::local)
            .wrap(AdmissionCache::of)
            .build();

    assertThat(limiter)
        .hasToString(
            "api (100/min burst 20) -> admission cache -> fallback(local, the only instance)"
                + " -> RedisStateStore(localhost)");
    down.set(true);
    assertThat(limiter.tryAcquire("user:42").source()).isEqualTo(Source.FALLBACK);
    limiter.close();
  }

  @Test
  void howDoIHaveEveryDecisionMadeByRedis() {
    RateLimiter limiter =
        RateLimiter.builder()
            .policy("api", "sliding-log 1000/day")
            .store(redis)
            .wrap(store -> Fallback.around(store).leastInstances(4).build())
            .build();

    assertThat(limiter.tryAcquire("user:42").source()).isEqualTo(Source.STORE);
    down.set(true);
    assertThat(limiter.peek("user:42").remaining()).isEqualTo(249);
    limiter.close();
  }

  @Test
  void howDoIDoWithoutRedis() {
    RateLimiter limiter =
        RateLimiter.builder()
            .policy("api", "100/min burst 20")
            .store(LocalStateStore.create())
            .build();

    assertThat(limiter.tryAcquire("user:42").allowed()).isTrue();
  }

  @Test
  void howDoIFailClosedForLogin() {
    Fallback store = Fallback.around(redis).mode("login", Fallback.Mode.REFUSE).build();
    RateLimiter login = RateLimiter.of(Policy.parse("login", "5/min"), store);
    RateLimiter search = RateLimiter.of(Policy.parse("search", "100/min"), store);

    down.set(true);
    assertThat(login.tryAcquire("user:42").allowed()).isFalse();
    assertThat(search.tryAcquire("user:42").allowed()).isTrue();
    store.close();
  }

  @Test
  void howDoITuneTheBreaker() {
    Fallback fallback =
        Fallback.around(redis)
            .instance(0, 4)
            .slowCall(Duration.ofMillis(20))
            .window(200, 50)
            .failureRate(0.3)
            .probeAfter(Duration.ofMillis(500))
            .build();

    assertThat(fallback)
        .hasToString("fallback(local, 1 of 4 instances) -> RedisStateStore(localhost)");
    fallback.close();
  }

  static final class Outages implements StoreListener {
    final AtomicLong decidedHere = new AtomicLong();

    @Override
    public void onEvent(StoreEvent event) {
      if (event instanceof StoreEvent.BreakerOpened opened) {
        System.out.println("Limits are decided locally: " + opened.reason().getMessage());
      } else if (event instanceof StoreEvent.FallbackDecided) {
        decidedHere.incrementAndGet();
      }
    }
  }

  @Test
  void howDoIHearOfOutages() {
    Outages outages = new Outages();
    Fallback fallback = Fallback.around(redis).listener(outages).executor(Runnable::run).build();
    down.set(true);
    RateLimiter.of(Policy.parse("api", "5/min"), fallback).tryAcquire("user:42");
    assertThat(outages.decidedHere).hasValue(1);
    fallback.close();
  }

  @Test
  void howDoISizeALease() {
    AdmissionCache cache =
        AdmissionCache.around(redis)
            .lease(Duration.ofMillis(200))
            .share(0.1)
            .maximumKeys(50_000)
            .build();

    assertThat(cache).hasToString("admission cache -> RedisStateStore(localhost)");
    cache.close();
  }
}
