package io.github.ratelimiter.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.testkit.ManualTimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ClosedWhileWaitingTest {
  private final ManualTimeSource clock = ManualTimeSource.create();
  private final LocalStateStore store = LocalStateStore.builder().timeSource(clock).build();
  private final List<String> heard = new ArrayList<>();
  private final RateLimiter limiter =
      RateLimiter.builder()
          .policy(Policy.parse("test", "fixed-window 1/min"))
          .store(store)
          .timeSource(clock)
          .listener(
              event ->
                  heard.add(
                      event
                          .decision()
                          .map(decision -> decision.outcome().name())
                          .orElseGet(
                              () -> event.failure().orElseThrow().getClass().getSimpleName())))
          .build();

  @Test
  @DisplayName("all waiting calls fail when the store is closed")
  void closed() {
    assertThat(limiter.tryAcquire("k").allowed()).isTrue();
    CompletableFuture<Decision> first = limiter.async().tryAcquire("k", 1, Duration.ofHours(1));
    CompletableFuture<Decision> second = limiter.async().tryAcquire("k", 1, Duration.ofHours(1));
    assertThat(first).isNotDone();
    store.close();
    clock.advance(Duration.ofMinutes(1));
    assertThat(first).isCompletedExceptionally();
    assertThat(second).isCompletedExceptionally();
    assertThat(limiter.async().tryAcquire("k", 1, Duration.ofHours(1))).isCompletedExceptionally();
    assertThatIllegalStateException().isThrownBy(() -> limiter.tryAcquire("k"));
    assertThatIllegalStateException()
        .isThrownBy(() -> limiter.tryAcquire("k", 1, Duration.ofHours(1)));
    assertThat(heard)
        .containsExactly(
            "ALLOWED",
            "IllegalStateException",
            "IllegalStateException",
            "IllegalStateException",
            "IllegalStateException",
            "IllegalStateException");
  }

  @Test
  @DisplayName("listeners are notified once of a wait")
  void heardOnce() {
    CompletableFuture<Decision> first = limiter.async().tryAcquire("k", 1, Duration.ofHours(1));
    CompletableFuture<Decision> second = limiter.async().tryAcquire("k", 1, Duration.ofHours(1));
    CompletableFuture<Decision> third = limiter.async().tryAcquire("k", 1, Duration.ofSeconds(90));
    clock.advance(Duration.ofMinutes(3));
    assertThat(first.join().allowed()).isTrue();
    assertThat(second.join().allowed()).isTrue();
    assertThat(third.join().allowed()).isFalse();
    assertThat(heard).containsExactly("ALLOWED", "ALLOWED", "REFUSED");
  }
}
