package io.github.ratelimiter.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.Outcome;
import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.store.Request;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Permits are taken, looked at and given back. */
abstract class AcquireSpec extends StoreCalls {
  @ParameterizedTest
  @EnumSource
  @DisplayName("a new key has its whole limit, and no permit more")
  final void wholeLimit(Way way) {
    Policy policy = Policy.parse("test", "10/min");
    for (int used = 1; used <= 10; used++) {
      Decision decision = decide(way, new Request.Acquire("k", policy, 1));
      assertThat(decision.allowed()).isTrue();
      assertThat(decision.remaining()).isEqualTo(10 - used);
      assertThat(decision.source()).isEqualTo(Source.STORE);
    }
    Decision refused = decide(way, new Request.Acquire("k", policy, 1));
    assertThat(refused.outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(refused.retryAfter()).contains(Duration.ofSeconds(6));
    assertThat(refused.resetAfter()).isEqualTo(Duration.ofMinutes(1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10/min",
        "leaky-bucket 10/min",
        "fixed-window 10/min",
        "fixed-window 10/min from first use",
        "fixed-window 10/day in Australia/Lord_Howe",
        "sliding-log 10/min",
        "sliding-window 10/min",
        "10/min; sliding-log 50/h; fixed-window 9/s",
        "fixed-window 10/day in Europe/Berlin; fixed-window 700/month in America/Havana"
      })
  @DisplayName("a permit is available exactly when retry-after has passed")
  final void retryAfterIsExact(String text) {
    Policy policy = Policy.parse("test", text);
    clock.advance(Duration.ofMillis(12_345));
    for (int i = 0; i < 60; i++) {
      Decision refused = acquire("k", policy, 3);
      while (refused.allowed()) {
        refused = acquire("k", policy, 3);
      }
      long wait = refused.retryAfterMicros();
      assertThat(wait).isPositive();
      clock.set(clock.nowMicros() + wait - 1);
      assertThat(acquire("k", policy, 3).allowed()).isFalse();
      clock.set(clock.nowMicros() + 1);
      assertThat(acquire("k", policy, 3).allowed()).isTrue();
    }
  }

  @Test
  @DisplayName("a refusal of cost 5 with 2 left leaves 2")
  final void refusalConsumesNothing() {
    Policy policy = Policy.parse("test", "10/min");
    acquire("k", policy, 8);
    Decision refused = acquire("k", policy, 5);
    assertThat(refused.allowed()).isFalse();
    assertThat(refused.remaining()).isEqualTo(2);
    assertThat(refused.resetAfter()).isEqualTo(Duration.ofSeconds(48));
    assertThat(acquire("k", policy, 2).allowed()).isTrue();
  }

  @Test
  @DisplayName("a refusal by one limit consumes nothing from the others, and names that limit")
  final void allOrNothing() {
    Policy policy = Policy.parse("test", "100/min; fixed-window 3/h");
    for (int i = 0; i < 3; i++) {
      assertThat(acquire("k", policy, 1).allowed()).isTrue();
    }
    for (int i = 0; i < 5; i++) {
      Decision refused = acquire("k", policy, 1);
      assertThat(refused.allowed()).isFalse();
      assertThat(refused.limit()).isEqualTo(policy.limits().get(1));
      assertThat(refused.limits().get(0).remaining()).isEqualTo(97);
      assertThat(refused.limits().get(1).remaining()).isZero();
    }
  }

  @Test
  @DisplayName("a cost above capacity can never succeed, and has its own outcome")
  final void impossible() {
    Policy policy = Policy.parse("test", "100/min burst 20; 1000/h");
    Decision decision = acquire("k", policy, 21);
    assertThat(decision.outcome()).isEqualTo(Outcome.IMPOSSIBLE);
    assertThat(decision.retryAfter()).isEmpty();
    assertThat(decision.limit()).isEqualTo(policy.limits().get(0));
    assertThat(decision.remaining()).isEqualTo(20);
    assertThat(acquire("k", policy, Long.MAX_VALUE).outcome()).isEqualTo(Outcome.IMPOSSIBLE);
    assertThat(acquire("k", Policy.parse("none", "0/min"), 1).outcome())
        .isEqualTo(Outcome.IMPOSSIBLE);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("a peek takes nothing, and returns the decision of a call")
  final void peeking(Way way) {
    Policy policy = Policy.parse("test", "3/min");
    for (int i = 0; i < 10; i++) {
      Decision decision = decide(way, new Request.Peek("k", policy, 3));
      assertThat(decision.allowed()).isTrue();
      assertThat(decision.remaining()).isEqualTo(3);
    }
    acquire("k", policy, 1);
    Decision refused = decide(way, new Request.Peek("k", policy, 3));
    assertThat(refused.allowed()).isFalse();
    assertThat(refused.retryAfter()).contains(Duration.ofSeconds(20));
    assertThat(refused.remaining()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "5/min",
        "fixed-window 5/min",
        "fixed-window 5/day in UTC",
        "sliding-log 5/min",
        "sliding-window 5/min"
      })
  @DisplayName("a refund returns what was taken, and never more than the capacity")
  final void refunds(String text) {
    Policy policy = Policy.parse("test", text);
    acquire("k", policy, 4);
    assertThat(decide(Way.LATER, new Request.Refund("k", policy, 3)).remaining()).isEqualTo(4);
    assertThat(decide(Way.LATER, new Request.Refund("k", policy, 1_000)).remaining()).isEqualTo(5);
    assertThat(acquire("k", policy, 6).allowed()).isFalse();
    assertThat(acquire("k", policy, 5).allowed()).isTrue();
    assertThat(acquire("k", policy, 1).allowed()).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("a reset affects one key under one policy, and nothing else")
  final void resets(Way way) {
    Policy policy = Policy.parse("test", "2/min");
    Policy other = Policy.parse("other", "2/min");
    assertThat(acquire("k", policy, 2).allowed()).isTrue();
    assertThat(acquire("l", policy, 2).allowed()).isTrue();
    assertThat(acquire("k", other, 2).allowed()).isTrue();
    Decision decision = decide(way, new Request.Reset("k", policy));
    assertThat(decision.allowed()).isTrue();
    assertThat(decision.remaining()).isEqualTo(2);
    assertThat(acquire("k", policy, 2).allowed()).isTrue();
    assertThat(acquire("l", policy, 1).allowed()).isFalse();
    assertThat(acquire("k", other, 1).allowed()).isFalse();
  }
}
