package io.github.ratelimiter.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.DecisionListener;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.Request;
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
    public void onDecision(Request request, Decision decision, long nanos) {
      if (request instanceof Request.Acquire && !decision.allowed()) {
        refused.increment();
      }
    }
  }

  @Test
  void howDoICountRefusals() {
    Refusals refusals = new Refusals();
    RateLimiter limiter =
        RateLimiter.builder()
            .policy("3/min")
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
        (request, decision, nanos) -> {
          throw new IllegalStateException("broken");
        };
    RateLimiter limiter =
        RateLimiter.builder()
            .policy("3/min")
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
            .policy("fixed-window 1/s from first use")
            .store(LocalStateStore.builder().timeSource(clock).build())
            .timeSource(clock)
            .listener((request, decision, nanos) -> told.add(decision.outcome().name()))
            .build();
    limiter.tryAcquire("user:42");
    CompletableFuture<Decision> first = limiter.acquireAsync("user:42", 1, Duration.ofSeconds(9));
    CompletableFuture<Decision> second = limiter.acquireAsync("user:42", 1, Duration.ofSeconds(9));
    assertThat(told).containsExactly("ALLOWED");
    clock.advance(Duration.ofSeconds(1));
    assertThat(first).isCompleted();
    clock.advance(Duration.ofSeconds(1));
    assertThat(second).isCompleted();
    assertThat(told).containsExactly("ALLOWED", "ALLOWED", "ALLOWED");
  }
}
