package io.github.ratelimiter.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.LimitStatus;
import io.github.ratelimiter.Decision.Outcome;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StoreDecision;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Permits are charged without a decision, or are made unavailable. */
abstract class ChargeSpec extends GrantSpec {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "5/h",
        "leaky-bucket 5/h",
        "fixed-window 5/h",
        "sliding-log 5/h",
        "sliding-window 5/h"
      })
  @DisplayName("a charge takes its permits from each limit, as far as the limit has any left")
  final void charges(String text) {
    Policy policy = Policy.parse("charged", text + "; 100/day");
    acquire("k", policy, 2);
    Decision none = decide(Way.LATER, new Request.Charge("k", policy, List.of(0L, 0L)));
    assertThat(none.limits().stream().map(LimitStatus::remaining)).containsExactly(3L, 98L);
    Decision charged = decide(Way.LATER, new Request.Charge("k", policy, List.of(7L, 10L)));
    assertThat(charged.allowed()).isTrue();
    assertThat(StoreDecision.of(charged).grant()).isEmpty();
    assertThat(charged.limits().stream().map(LimitStatus::remaining)).containsExactly(0L, 88L);
    assertThat(acquire("k", policy, 1).allowed()).isFalse();
    decide(Way.NOW_OR_LATER, new Request.Refund("k", policy, 1));
    assertThat(acquire("k", policy, 1).allowed()).as("it lacks no more than the limit").isTrue();
    List<Long> all = List.of(Long.MAX_VALUE, Long.MAX_VALUE);
    assertThat(decide(Way.NOW_OR_LATER, new Request.Charge("new", policy, all)).remaining())
        .isZero();
    Policy alone = Policy.parse("alone", text);
    decide(Way.NOW_OR_LATER, new Request.Charge("k", alone, List.of(3L)));
    assertThat(acquire("k", alone, 3).remaining()).isEqualTo(2);
    assertThat(acquire("k", alone, 2).remaining()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10/s debt 4",
        "leaky-bucket 10/s debt 4",
        "fixed-window 10/s debt 4",
        "sliding-log 10/s debt 4",
        "sliding-window 10/s debt 4"
      })
  @DisplayName("only a charge goes into debt, up to the debt of the limit, and reports the rest")
  final void debts(String text) {
    Policy policy = Policy.parse("debt", text);
    clock.set(1_000_000_000_000L);
    assertThat(acquire("k", policy, 11).outcome()).isEqualTo(Outcome.IMPOSSIBLE);
    assertThat(acquire("k", policy, 8).allowed()).isTrue();
    assertThat(owe(policy, 5, false)).as("not into debt").isEqualTo(3);
    assertThat(owe(policy, 7, true)).as("more than the debt").isEqualTo(3);
    Decision refused = acquire("k", policy, 1);
    assertThat(refused.outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(refused.remaining()).isZero();
    clock.advance(Duration.ofNanos((refused.retryAfterMicros() - 1) * 1_000));
    assertThat(acquire("k", policy, 1).allowed()).as("a microsecond before").isFalse();
    clock.advance(Duration.ofNanos(1_000));
    assertThat(acquire("k", policy, 1).allowed()).as("when the debt is repaid").isTrue();
  }

  private long owe(Policy policy, long permits, boolean intoDebt) {
    Request charge = new Request.Charge("k", policy, List.of(permits), 0, intoDebt);
    return decide(Way.LATER, charge).uncounted();
  }

  @ParameterizedTest
  @ValueSource(strings = {"10/s", "fixed-window 10/s; 1000/h", "sliding-log 10/s"})
  @DisplayName("a drained key has no permits until the drain ends, and then those it had before")
  final void drains(String text) {
    Policy policy = Policy.parse("drained", text);
    acquire("k", policy, 4);
    Decision drained = decide(Way.LATER, new Request.Drain("k", policy, 3_600_000_000L));
    assertThat(drained.allowed()).isTrue();
    assertThat(drained.remaining()).isZero();
    decide(Way.LATER, new Request.Drain("k", policy, 1));
    clock.advance(Duration.ofMinutes(30));
    for (Way way : Way.values()) {
      Decision refused = decide(way, new Request.Acquire("k", policy, 1));
      assertThat(refused.outcome()).isEqualTo(Outcome.REFUSED);
      assertThat(refused.remaining()).isZero();
      assertThat(refused.retryAfterMicros()).isBetween(1_799_000_000L, 1_800_001_000L);
    }
    assertThat(acquire("other", policy, 10).allowed()).isTrue();
    clock.advance(Duration.ofMinutes(30).plusMillis(1));
    assertThat(acquire("k", policy, 10).allowed()).isTrue();
    decide(Way.LATER, new Request.Drain("k", policy, 3_600_000_000L));
    decide(Way.LATER, new Request.Reset("k", policy));
    assertThat(acquire("k", policy, 10).allowed()).as("after a reset").isTrue();
  }
}
