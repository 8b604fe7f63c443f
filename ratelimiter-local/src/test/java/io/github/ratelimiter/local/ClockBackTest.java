package io.github.ratelimiter.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.testkit.ManualTimeSource;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A clock that is set back while keys come and go: all decisions on a key are of one clock. */
class ClockBackTest {
  private final ManualTimeSource clock = ManualTimeSource.create();
  private final LocalStateStore store = LocalStateStore.builder().timeSource(clock).build();

  private Decision acquire(String key, Policy policy) {
    return store.tryDecide(new Request.Acquire(key, policy, 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"10/s", "fixed-window 10/s", "sliding-log 10/s", "sliding-window 10/s"})
  void newKeyIsDecidedAtTheClocksInstantAfterOthersWereDropped(String text) {
    Policy policy = Policy.parse("p", text);
    acquire("gone", policy);
    clock.advance(Duration.ofSeconds(2));
    store.sweep();
    assertThat(store.keys()).isZero();
    clock.set(clock.nowMicros() - Duration.ofMinutes(30).toMillis() * 1_000);
    for (long left = 9; left >= 0; left--) {
      Decision decision = acquire("new", policy);
      assertThat(decision.allowed()).isTrue();
      assertThat(decision.remaining()).isEqualTo(left);
    }
    Decision refused = acquire("new", policy);
    assertThat(refused.allowed()).isFalse();
    assertThat(refused.retryAfterMicros()).isLessThanOrEqualTo(1_100_000);
    clock.advance(Duration.ofNanos(refused.retryAfterMicros() * 1_000));
    assertThat(acquire("new", policy).allowed()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"10/s", "fixed-window 10/s", "sliding-log 10/s", "sliding-window 10/s"})
  void keyThatAWriteLeftUnusedIsForgotten(String text) {
    Policy policy = Policy.parse("p", text);
    acquire("key", policy);
    clock.advance(Duration.ofSeconds(3));
    store.tryDecide(new Request.Refund("key", policy, 1));
    clock.set(clock.nowMicros() - Duration.ofMinutes(30).toMillis() * 1_000);
    assertThat(acquire("key", policy).remaining()).isEqualTo(9);
    assertThat(acquire("key", policy).remaining()).isEqualTo(8);
  }
}
