package io.github.ratelimiter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Cost;
import io.github.ratelimiter.Decision;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.Reservation;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.store.StateStore;
import io.github.ratelimiter.testkit.ManualTimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
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

  @Test
  void whatIfTheCostIsHigherThanWhatIsLeft() {
    RateLimiter limiter = RateLimiter.of("tokens", "fixed-window 1000/h debt 500", store);
    Reservation tokens = limiter.reserve("tenant:7", 1_000);

    Decision after = tokens.settle(1_700);

    assertThat(after.uncounted()).isEqualTo(200);
    assertThat(limiter.tryAcquire("tenant:7").allowed()).isFalse();
  }

  @Test
  void whatIfFewerPermitsWouldDo() {
    List<String> sent = new ArrayList<>();
    List<String> rows = Collections.nCopies(500, "row");
    RateLimiter limiter = RateLimiter.of("rows", "100/s", store);

    Reservation some = limiter.reserve("export", 1, rows.size());
    sent.addAll(rows.subList(0, (int) some.permits()));

    assertThat(sent).hasSize(100);
  }

  @Test
  void whatIfTheLimitsCountDifferentThings() {
    RateLimiter limiter = RateLimiter.of("uploads", "10/s; sliding-window 1000000/min", store);

    Decision decision = limiter.tryAcquire("user:42", Cost.of(1, 52_311));

    assertThat(decision.limits().get(0).remaining()).isEqualTo(9);
    assertThat(decision.limits().get(1).remaining()).isEqualTo(947_689);
  }

  /** A gateway to language models: so many requests and so many tokens for each tenant. */
  static final class Gateway {
    private final RateLimiter limiter;

    Gateway(StateStore store) {
      limiter = RateLimiter.of("models", "60/min; sliding-window 100000/min debt 20000", store);
    }

    String complete(String tenant, String prompt, long mostTokens) {
      Reservation reserved = limiter.reserve(tenant, Cost.of(1, mostTokens));
      if (!reserved.allowed()) {
        return "429, retry in " + reserved.decision().retryAfterMicros() / 1_000 + " ms";
      }
      try {
        Answer answer = ask(tenant, prompt);
        reserved.settle(Cost.of(1, answer.tokens()));
        return answer.text();
      } catch (Overloaded e) {
        reserved.cancel();
        limiter.drain(tenant, e.retryAfter());
        return "429, retry in " + e.retryAfter().toMillis() + " ms";
      }
    }

    private static Answer ask(String tenant, String prompt) {
      if (tenant.equals("overloaded")) {
        throw new Overloaded(Duration.ofSeconds(20));
      }
      return LaterCostsTest.complete(prompt);
    }
  }

  private static final class Overloaded extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final Duration retryAfter;

    Overloaded(Duration retryAfter) {
      this.retryAfter = retryAfter;
    }

    Duration retryAfter() {
      return retryAfter;
    }
  }

  @Test
  void howDoesAGatewayToLanguageModelsLook() {
    Gateway gateway = new Gateway(store);
    assertThat(gateway.complete("tenant:7", "a question", 60_000)).startsWith("an answer");
    assertThat(gateway.complete("tenant:7", "another", 99_000)).startsWith("an answer");
    assertThat(gateway.complete("tenant:7", "a long one", 100_000)).startsWith("429");
    assertThat(gateway.complete("overloaded", "a question", 10))
        .isEqualTo("429, retry in 20000 ms");
    assertThat(gateway.complete("overloaded", "again", 10)).isEqualTo("429, retry in 20000 ms");
    clock.advance(Duration.ofSeconds(20));
    assertThat(gateway.limiter.peek("overloaded").allowed()).isTrue();
  }

  @Test
  void whatIfADownstreamServiceAsksForAPause() {
    RateLimiter limiter = RateLimiter.of("payments", "50/s", store);

    limiter.drain("bank", Duration.ofSeconds(30));

    Decision refused = limiter.tryAcquire("bank");
    assertThat(refused.allowed()).isFalse();
    assertThat(refused.retryAfter()).contains(Duration.ofSeconds(30));
  }
}
