package io.github.ratelimiter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.testkit.ManualTimeSource;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class GivingBackTest {
  private final ManualTimeSource clock = ManualTimeSource.create();
  private final LocalStateStore store = LocalStateStore.builder().timeSource(clock).build();

  private RateLimiter limiter(String policy) {
    return RateLimiter.builder().policy("api", policy).store(store).build();
  }

  @Test
  void howDoILookWithoutTaking() {
    RateLimiter limiter = limiter("10/min");

    assertThat(limiter.peek("user:42").remaining()).isEqualTo(10);
    assertThat(limiter.peek("user:42", 10).allowed()).isTrue();
    assertThat(limiter.peek("user:42", 10).allowed()).isTrue();
  }

  @Test
  void howDoIGiveBackWhatIDidNotUse() {
    RateLimiter limiter = limiter("100/min");
    long estimate = 30;
    limiter.tryAcquire("user:42", estimate);

    long used = 12;
    Decision after = limiter.refund("user:42", estimate - used);

    assertThat(after.remaining()).isEqualTo(88);
  }

  @Test
  void canARefundGiveTooMuch() {
    RateLimiter limiter = limiter("10/min");
    limiter.tryAcquire("user:42", 4);

    assertThat(limiter.refund("user:42", 1_000).remaining()).isEqualTo(10);
  }

  @Test
  void whatIfARefundComesTooLate() {
    RateLimiter limiter = limiter("10/s");
    limiter.tryAcquire("user:42", 10);
    clock.advance(Duration.ofSeconds(1));
    limiter.tryAcquire("user:42", 10);

    // The first ten, after they have come back by themselves:
    assertThat(limiter.refund("user:42", 10).remaining()).isEqualTo(10);
  }

  @Test
  void whatIfACounterIsRefundedForTheWindowBefore() {
    RateLimiter limiter = limiter("sliding-window 10/10s");
    limiter.tryAcquire("user:42", 5);
    clock.advance(Duration.ofSeconds(15));
    limiter.tryAcquire("user:42", 5);

    assertThat(limiter.refund("user:42", 5).remaining()).isEqualTo(7);
  }

  @Test
  void howDoIForgetAKey() {
    RateLimiter limiter = limiter("sliding-log 10/day");
    limiter.tryAcquire("user:42", 10);

    assertThat(limiter.reset("user:42").remaining()).isEqualTo(10);
  }

  @Test
  void whichPermitsDoesARefundTake() {
    RateLimiter limiter = limiter("sliding-log 2/min");
    limiter.tryAcquire("user:42");
    clock.advance(Duration.ofSeconds(40));
    limiter.tryAcquire("user:42");

    // One of the two comes back. The log keeps the younger one.
    limiter.refund("user:42", 1);

    Decision look = limiter.peek("user:42", 2);
    assertThat(look.retryAfter()).contains(Duration.ofSeconds(60));
  }
}
