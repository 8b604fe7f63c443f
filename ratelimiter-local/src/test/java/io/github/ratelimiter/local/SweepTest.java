package io.github.ratelimiter.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.testkit.ManualTimeSource;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SweepTest {
  @Test
  @DisplayName("with a scheduler, fresh keys go without new ones coming, until the store is closed")
  void sweeps() throws Exception {
    ManualTimeSource clock = ManualTimeSource.create();
    ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    try {
      LocalStateStore store =
          LocalStateStore.builder()
              .timeSource(clock)
              .sweepEvery(Duration.ofMillis(1), scheduler)
              .build();
      RateLimiter limiter = RateLimiter.of(Policy.parse("test", "10/s; fixed-window 10/s"), store);
      for (int i = 0; i < 10_000; i++) {
        limiter.tryAcquire("key" + i);
      }
      assertThat(store.keys()).isEqualTo(10_000);
      clock.advance(Duration.ofSeconds(1));
      CountDownLatch empty = new CountDownLatch(1);
      scheduler.scheduleWithFixedDelay(
          () -> {
            if (store.keys() == 0) {
              empty.countDown();
            }
          },
          1,
          1,
          TimeUnit.MILLISECONDS);
      assertThat(empty.await(30, TimeUnit.SECONDS)).isTrue();
      store.close();
    } finally {
      scheduler.shutdownNow();
    }
  }

  @Test
  void intervalOutOfRange() {
    ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    try {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> LocalStateStore.builder().sweepEvery(Duration.ZERO, scheduler))
          .withMessageContaining("interval is PT0S");
    } finally {
      scheduler.shutdownNow();
    }
  }
}
