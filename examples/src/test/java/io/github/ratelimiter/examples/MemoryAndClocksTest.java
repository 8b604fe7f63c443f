package io.github.ratelimiter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.testkit.ManualTimeSource;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.Test;

class MemoryAndClocksTest {
  @Test
  void howDoIBoundTheMemory() {
    LocalStateStore store = LocalStateStore.builder().maximumKeys(200_000).build();
    RateLimiter limiter = RateLimiter.of(Policy.parse("api", "10/min"), store);
    limiter.tryAcquire("user:42");

    assertThat(store.keys()).isEqualTo(1);
    assertThat(store.evictions()).isZero();
  }

  @Test
  void whoIsEvicted() {
    ManualTimeSource clock = ManualTimeSource.create();
    LocalStateStore store = LocalStateStore.builder().maximumKeys(1_000).timeSource(clock).build();
    RateLimiter limiter = RateLimiter.of(Policy.parse("api", "10/h"), store);
    limiter.tryAcquire("busy", 10);

    for (int i = 0; i < 50_000; i++) {
      limiter.tryAcquire("once:" + i);
    }

    assertThat(store.keys()).isEqualTo(1_000);
    assertThat(store.evictions()).isEqualTo(49_001);
    assertThat(limiter.tryAcquire("busy").allowed()).isFalse();
  }

  @Test
  void howDoIGetMemoryBackInAnIdleProcess() {
    ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    LocalStateStore store =
        LocalStateStore.builder().sweepEvery(Duration.ofMinutes(1), scheduler).build();
    // And at the end:
    store.close();
    scheduler.shutdown();
    assertThat(scheduler.isShutdown()).isTrue();
  }

  @Test
  void howDoIUseACheaperClock() {
    ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    TimeSource clock = TimeSource.coarse(Duration.ofMillis(1), scheduler);
    LocalStateStore store = LocalStateStore.builder().timeSource(clock).build();
    RateLimiter limiter = RateLimiter.of(Policy.parse("api", "1000/s burst 10"), store);
    Decision decision = limiter.tryAcquire("user:42");
    assertThat(decision.remaining()).isEqualTo(9);
    scheduler.shutdown();
  }
}
