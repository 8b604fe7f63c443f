package io.github.ratelimiter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Call;
import io.github.ratelimiter.Decision;
import io.github.ratelimiter.DecisionEvent;
import io.github.ratelimiter.DecisionListener;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.testkit.ManualTimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

class ListeningTest {
  static final class Refusals implements DecisionListener {
    final LongAdder refused = new LongAdder();

    @Override
    public void onDecision(DecisionEvent event) {
      if (event.operation() == Call.Operation.ACQUIRE
          && event.decision().filter(decision -> !decision.allowed()).isPresent()) {
        refused.increment();
      }
    }
  }

  @Test
  void howDoICountRefusals() {
    Refusals refusals = new Refusals();
    RateLimiter limiter =
        RateLimiter.builder()
            .policy("api", "3/min")
            .store(LocalStateStore.create())
            .listener(refusals)
            .build();
    for (int i = 0; i < 5; i++) {
      limiter.tryAcquire("user:42");
    }
    assertThat(refusals.refused.sum()).isEqualTo(2);
  }

  @Test
  void whatIfAListenerThrows() {
    DecisionListener broken =
        event -> {
          throw new IllegalStateException("broken");
        };
    RateLimiter limiter =
        RateLimiter.builder()
            .policy("api", "3/min")
            .store(LocalStateStore.create())
            .listener(broken)
            .build();
    assertThat(limiter.tryAcquire("user:42").remaining()).isEqualTo(2);
  }

  @Test
  void howOftenIsACallToldThatWaits() {
    ManualTimeSource clock = ManualTimeSource.create();
    List<String> told = new ArrayList<>();
    RateLimiter limiter =
        RateLimiter.builder()
            .policy("api", "fixed-window 1/s from first use")
            .store(LocalStateStore.builder().timeSource(clock).build())
            .timeSource(clock)
            .listener(event -> told.add(event.decision().orElseThrow().outcome().name()))
            .build();
    limiter.tryAcquire("user:42");
    CompletableFuture<Decision> first =
        limiter.async().tryAcquire("user:42", 1, Duration.ofSeconds(9));
    CompletableFuture<Decision> second =
        limiter.async().tryAcquire("user:42", 1, Duration.ofSeconds(9));
    assertThat(told).containsExactly("ALLOWED");
    clock.advance(Duration.ofSeconds(1));
    assertThat(first).isCompleted();
    clock.advance(Duration.ofSeconds(1));
    assertThat(second).isCompleted();
    assertThat(told).containsExactly("ALLOWED", "ALLOWED", "ALLOWED");
  }
}
