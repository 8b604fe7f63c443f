package io.github.ratelimiter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.Reservation;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.testkit.ManualTimeSource;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LaterCostsTest {
  private final ManualTimeSource clock = ManualTimeSource.create();
  private final LocalStateStore store = LocalStateStore.builder().timeSource(clock).build();

  private record Answer(String text, long tokens) {}

  private static Answer complete(String prompt) {
    return new Answer("an answer to " + prompt, 342);
  }

  private static String answer(RateLimiter limiter, String prompt) {
    Reservation tokens = limiter.reserve("tenant:7", 800);
    if (!tokens.allowed()) {
      return "come back in " + tokens.decision().retryAfter().orElseThrow();
    }
    Answer answer;
    try {
      answer = complete(prompt);
    } catch (RuntimeException e) {
      tokens.cancel();
      throw e;
    }
    tokens.settle(answer.tokens());
    return answer.text();
  }

  @Test
  void whatIfTheCostIsKnownLater() {
    RateLimiter limiter = RateLimiter.of("tokens", "sliding-window 1000/min", store);
    assertThat(answer(limiter, "a question")).startsWith("an answer");
    assertThat(limiter.peek("tenant:7").remaining()).isEqualTo(658);
    assertThat(answer(limiter, "another")).startsWith("come back in");
  }

  @Test
  void whatDoesABucketGiveBack() {
    RateLimiter limiter = RateLimiter.of("tokens", "1000/s burst 1000", store);
    Reservation tokens = limiter.reserve("tenant:7", 800);
    clock.advance(Duration.ofMillis(800));
    limiter.tryAcquire("tenant:7", 900);

    // The bucket has refilled 800 permits since, and granted them again.
    assertThat(tokens.settle(342).remaining()).isEqualTo(100);
  }

  @Test
  void whatIfThePermitsWereUsedAlready() {
    RateLimiter limiter = RateLimiter.of("tokens", "sliding-window 1000/min", store);
    limiter.record("tenant:7", 300);
    assertThat(limiter.peek("tenant:7").remaining()).isEqualTo(700);
  }
}
