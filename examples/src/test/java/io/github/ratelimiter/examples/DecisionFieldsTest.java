package io.github.ratelimiter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.LimitStatus;
import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.testkit.ManualTimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DecisionFieldsTest {
  private final ManualTimeSource clock = ManualTimeSource.create();
  private final LocalStateStore store = LocalStateStore.builder().timeSource(clock).build();

  @Test
  void whatDoesAnAllowedCallSay() {
    RateLimiter limiter = RateLimiter.of(Policy.parse("api", "10/s"), store);

    Decision decision = limiter.tryAcquire("user:42", 4);

    assertThat(decision.allowed()).isTrue();
    assertThat(decision.outcome()).isEqualTo(Decision.Outcome.ALLOWED);
    assertThat(decision.remaining()).isEqualTo(6);
    assertThat(decision.retryAfter()).contains(Duration.ZERO);
    assertThat(decision.resetAfter()).isEqualTo(Duration.ofMillis(400));
    assertThat(decision.policy().name()).isEqualTo("api");
    assertThat(decision.limit().text()).isEqualTo("10/s");
    assertThat(decision.source()).isEqualTo(Source.STORE);
  }

  @Test
  void whatDoesARefusedCallSay() {
    RateLimiter limiter = RateLimiter.of(Policy.parse("api", "10/s"), store);
    limiter.tryAcquire("user:42", 8);

    Decision decision = limiter.tryAcquire("user:42", 5);

    assertThat(decision.outcome()).isEqualTo(Decision.Outcome.REFUSED);
    assertThat(decision.remaining()).isEqualTo(2);
    assertThat(decision.retryAfter()).contains(Duration.ofMillis(300));
    assertThat(decision.resetAfter()).isEqualTo(Duration.ofMillis(800));
    assertThat(decision).hasToString("refused by 10/s of api (10/s), 2 remaining, retry in PT0.3S");
  }

  @Test
  void whatDoesACallForTooMuchSay() {
    RateLimiter limiter = RateLimiter.of(Policy.parse("api", "10/s"), store);

    Decision decision = limiter.tryAcquire("user:42", 11);

    assertThat(decision.outcome()).isEqualTo(Decision.Outcome.IMPOSSIBLE);
    assertThat(decision.retryAfter()).isEmpty();
    assertThat(decision.remaining()).isEqualTo(10);
  }

  @Test
  void whatDoSeveralLimitsSay() {
    RateLimiter limiter = RateLimiter.of(Policy.parse("api", "10/s; fixed-window 12/h"), store);
    limiter.tryAcquire("user:42", 10);
    clock.advance(Duration.ofMillis(500));

    Decision decision = limiter.tryAcquire("user:42", 4);

    assertThat(decision.allowed()).isFalse();
    assertThat(decision.limit().text()).isEqualTo("fixed-window 12/h");
    assertThat(decision.remaining()).isEqualTo(2);

    List<String> statuses = new ArrayList<>();
    for (LimitStatus status : decision.limits()) {
      statuses.add(status.limit().text() + " leaves " + status.remaining());
    }
    assertThat(statuses).containsExactly("10/s leaves 5", "fixed-window 12/h leaves 2");
  }
}
