package io.github.ratelimiter.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.Outcome;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.algorithm.Domain;
import io.github.ratelimiter.algorithm.LimitState;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A refusal changes nothing, and its promise is kept to the microsecond. */
class RetryAfterTest {
  private static final int RUNS = Integer.getInteger("proof.runs", 100) * 20;

  @Test
  void aMicrosecondBeforeRetryAfterIsRefusedAndExactlyAtItAllowed() {
    int refusals = 0;
    for (long seed = 0; seed < RUNS; seed++) {
      long seeded = seed;
      Scenarios scenarios = new Scenarios(seed);
      Policy policy = scenarios.policy(4);
      KeyState state = new KeyState(policy);
      long now = scenarios.origin() / 2;
      for (int step = 0; step < 20; step++) {
        Request peek = new Request.Peek(Scenarios.KEY, policy, 1);
        long permits = scenarios.permits(policy, state.decide(peek, now).remaining());
        Request acquire = new Request.Acquire(Scenarios.KEY, policy, permits);
        List<Long> before = words(state);
        Decision decision = state.decide(acquire, now);
        if (decision.outcome() == Outcome.REFUSED) {
          refusals++;
          long at = now;
          Supplier<String> story =
              () -> "seed " + seeded + ", " + policy + ", " + permits + " at " + at;
          assertThat(words(state)).as(story).isEqualTo(before);
          long then = now + decision.retryAfterMicros();
          Request look = new Request.Peek(Scenarios.KEY, policy, permits);
          Decision early = state.decide(look, then - 1);
          assertThat(early.outcome()).as(story).isEqualTo(Outcome.REFUSED);
          assertThat(early.retryAfterMicros()).as(story).isEqualTo(1);
          assertThat(early.limit()).as(story).isEqualTo(decision.limit());
          assertThat(state.decide(look, then).outcome()).as(story).isEqualTo(Outcome.ALLOWED);
          now = scenarios.random.nextBoolean() ? then : scenarios.next(now, policy, 0);
        } else {
          now = Math.max(now, scenarios.next(now, policy, 0));
        }
      }
    }
    assertThat(refusals).isGreaterThan(RUNS);
  }

  @Test
  void fullAgainExactlyAtResetAfter() {
    for (long seed = 0; seed < RUNS; seed++) {
      long seeded = seed;
      Scenarios scenarios = new Scenarios(seed);
      Policy policy = scenarios.policy(3);
      KeyState state = new KeyState(policy);
      long now = scenarios.origin() / 2;
      Request peek = new Request.Peek(Scenarios.KEY, policy, 1);
      long permits = scenarios.permits(policy, state.decide(peek, now).remaining());
      Decision decision = state.decide(new Request.Acquire(Scenarios.KEY, policy, permits), now);
      long reset = decision.resetAfter().toNanos() / 1_000;
      long at = now;
      Supplier<String> story =
          () -> "seed " + seeded + ", " + policy + ", " + permits + " at " + at;
      assertThat(state.resetAfter(now)).as(story).isEqualTo(reset);
      assertThat(reset > 0).as(story).isEqualTo(decision.allowed());
      assertThat(state.resetAfter(now + reset)).as(story).isZero();
      if (reset > 0) {
        assertThat(state.resetAfter(now + reset - 1)).as(story).isEqualTo(1);
      }
    }
  }

  @Test
  void oneRequestForSevenEqualsSevenForOne() {
    for (long seed = 0; seed < RUNS; seed++) {
      long seeded = seed;
      Scenarios scenarios = new Scenarios(seed);
      Policy policy = scenarios.policy(3);
      KeyState atOnce = new KeyState(policy);
      KeyState oneByOne = new KeyState(policy);
      long now = scenarios.origin() / 2;
      for (int step = 0; step < 10; step++) {
        long at = now;
        Supplier<String> story = () -> "seed " + seeded + ", " + policy + ", at " + at;
        boolean allowed =
            atOnce.decide(new Request.Acquire(Scenarios.KEY, policy, 7), now).allowed();
        if (allowed) {
          for (int i = 0; i < 7; i++) {
            Request one = new Request.Acquire(Scenarios.KEY, policy, 1);
            assertThat(oneByOne.decide(one, now).allowed()).as(story).isTrue();
          }
        }
        assertThat(words(oneByOne)).as(story).isEqualTo(words(atOnce));
        now = Math.max(now, scenarios.next(now, policy, 0));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10/min",
        "leaky-bucket 10/min",
        "fixed-window 10/min",
        "sliding-log 10/min",
        "sliding-window 10/min",
        "fixed-window 10/min; 10/h; sliding-log 10/day"
      })
  void aRefusalOfCostFiveWithTwoLeftLeavesTwoAndLastsNoLonger(String text) {
    Policy policy = Policy.parse("test", text);
    KeyState state = new KeyState(policy);
    long now = 1_700_000_000_000_000L;
    state.decide(new Request.Acquire(Scenarios.KEY, policy, 8), now);
    long resetAfter = state.resetAfter(now);
    Decision refused = state.decide(new Request.Acquire(Scenarios.KEY, policy, 5), now);
    assertThat(refused.outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(refused.remaining()).isEqualTo(2);
    assertThat(state.resetAfter(now)).isEqualTo(resetAfter);
    assertThat(state.decide(new Request.Acquire(Scenarios.KEY, policy, 2), now).allowed()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 999_999, 1_700_000_000_000_000L, Domain.LATEST_INSTANT})
  void theFirstRequestOfAFreshKeyGetsTheWholeLimitAtAnyInstant(long now) {
    for (String text :
        List.of("7/min", "sliding-window 7/min", "sliding-log 7/s", "fixed-window 7/ms")) {
      Policy policy = Policy.parse("test", text);
      KeyState state = new KeyState(policy);
      assertThat(state.decide(new Request.Acquire(Scenarios.KEY, policy, 7), now).allowed())
          .isTrue();
      assertThat(state.decide(new Request.Acquire(Scenarios.KEY, policy, 1), now).allowed())
          .isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"10/min", "fixed-window 10/min", "sliding-log 10/min", "0/min; 10/min"})
  void aCostAboveTheCapacityIsRefusedForEverAtOnce(String text) {
    Policy policy = Policy.parse("test", text);
    KeyState state = new KeyState(policy);
    for (long permits : new long[] {11, 1_000_000_000_001L, Long.MAX_VALUE}) {
      Decision decision = state.decide(new Request.Acquire(Scenarios.KEY, policy, permits), 1);
      assertThat(decision.outcome()).isEqualTo(Outcome.IMPOSSIBLE);
      assertThat(decision.limit()).isEqualTo(policy.limits().get(0));
      assertThat(decision.retryAfter()).isEmpty();
    }
  }

  private static List<Long> words(KeyState state) {
    List<Long> words = new ArrayList<>();
    for (LimitState counter : state.counters()) {
      for (long word : counter.words()) {
        words.add(word);
      }
    }
    return words;
  }
}
