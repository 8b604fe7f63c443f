package io.github.ratelimiter.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision.Outcome;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.algorithm.BucketAlgorithm;
import io.github.ratelimiter.algorithm.Domain;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Permits reserved now for a turn that comes later. */
class ReservationTest {
  private static final long SECOND = 1_000_000;
  private static final long START = 1_700_000_000 * SECOND;
  private static final long MAX_WAIT = 3_600 * SECOND;

  private KeyState state;

  private void policy(String text) {
    state = new KeyState(Policy.parse("test", text));
  }

  private StoreDecision reserve(long permits, long maxWait, long now) {
    return state.decide(new Request.Reserve("key", state.policy(), permits, maxWait), now);
  }

  private long turn(long permits, long now) {
    return reserve(permits, MAX_WAIT, now).grant().orElseThrow().usedAtMicros() - START;
  }

  private StoreDecision acquire(long permits, long now) {
    return state.decide(new Request.Acquire("key", state.policy(), permits), now);
  }

  private void cancel(Grant reservation, long now) {
    state.decide(new Request.Release("key", state.policy(), reservation), now);
  }

  @Test
  void aTokenBucketsBurstGoesAtOnceAndTheRestAtItsRate() {
    policy("10/s burst 3");
    List<Long> turns = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      turns.add(turn(1, START));
    }
    assertThat(turns).containsExactly(0L, 0L, 0L, 100_000L, 200_000L, 300_000L);
  }

  @Test
  void aLeakyBucketSpacesPermitsOutAndBoundsItsQueueByTheBurst() {
    policy("leaky-bucket 10/s burst 3");
    List<Long> turns = List.of(turn(1, START), turn(1, START), turn(1, START));
    assertThat(turns).containsExactly(0L, 100_000L, 200_000L);
    StoreDecision full = reserve(1, MAX_WAIT, START);
    assertThat(full.outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(full.retryAfterMicros()).isEqualTo(100_000);
    assertThat(reserve(1, MAX_WAIT, START + 99_999).allowed()).isFalse();
    assertThat(turn(1, START + 100_000)).isEqualTo(300_000);
  }

  @Test
  void whoAsksForFewerDoesNotOvertake() {
    policy("10/s burst 10");
    turn(10, START);
    assertThat(turn(10, START)).isEqualTo(SECOND);
    assertThat(turn(1, START)).isEqualTo(SECOND + 100_000);
    assertThat(acquire(1, START + SECOND).allowed()).isFalse();
  }

  @Test
  void aTurnThatComesTooLateIsRefusedAndSaysWhenItWouldNotBe() {
    policy("10/s burst 1");
    turn(1, START);
    long[] before = state.counters().get(0).words();
    StoreDecision refused = reserve(1, 99_999, START);
    assertThat(refused.outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(refused.retryAfterMicros()).isEqualTo(1);
    assertThat(state.counters().get(0).words()).isEqualTo(before);
    assertThat(reserve(1, 99_999, START + 1).allowed()).isTrue();
  }

  @Test
  void moreThanTheBurstCanNeverBeReserved() {
    policy("10/s burst 3; 1000/h");
    StoreDecision decision = reserve(4, MAX_WAIT, START);
    assertThat(decision.outcome()).isEqualTo(Outcome.IMPOSSIBLE);
    assertThat(decision.limit().text()).isEqualTo("10/s burst 3");
  }

  @Test
  void theSlowestLimitSetsTheTurnAndTheOthersAreChargedForIt() {
    policy("10/s burst 5; 1/s burst 1");
    turn(1, START);
    assertThat(turn(1, START)).isEqualTo(SECOND);
    // The first bucket is charged for a permit used a second from now, not now.
    assertThat(state.decide(new Request.Peek("key", state.policy(), 1), START + SECOND).limits())
        .extracting(status -> status.remaining())
        .containsExactly(4L, 0L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"10/s burst 10", "leaky-bucket 10/s burst 40", "10/s; 5/s burst 20"})
  void theLastReservationComesBack(String text) {
    policy(text);
    acquire(10, START);
    long[] before = state.counters().get(0).words();
    cancel(reserve(5, MAX_WAIT, START).grant().orElseThrow(), START + 1);
    assertThat(state.counters().get(0).words()).isEqualTo(before);
  }

  @Test
  void aRefundDoesNotMakeABookingTheLastAgain() {
    policy("4/s burst 3");
    acquire(3, START);
    Grant first = reserve(2, MAX_WAIT, START).grant().orElseThrow();
    Request refund = new Request.Refund("key", state.policy(), 1);
    state.decide(refund, START);
    Grant second = reserve(2, MAX_WAIT, START).grant().orElseThrow();
    state.decide(refund, START);
    cancel(first, START);
    assertThat(acquire(1, second.usedAtMicros()).allowed()).as("the second refund").isTrue();
    assertThat(acquire(1, second.usedAtMicros()).allowed()).isFalse();
  }

  @Test
  void aReservationThatAnotherStandsOnDoesNotComeBack() {
    policy("10/s burst 10");
    acquire(10, START);
    Grant first = reserve(10, MAX_WAIT, START).grant().orElseThrow();
    Grant second = reserve(10, MAX_WAIT, START).grant().orElseThrow();
    cancel(first, START);
    // The second still comes at START + 2 s, and must find nobody else's permits there.
    assertThat(second.usedAtMicros()).isEqualTo(START + 2 * SECOND);
    assertThat(acquire(1, second.usedAtMicros()).allowed()).isFalse();
  }

  @Test
  void aReservationIsNotMistakenForAnotherPolicysState() {
    policy("10/s burst 10");
    Grant reservation = reserve(10, MAX_WAIT, START).grant().orElseThrow();
    Policy log = Policy.parse("test", "sliding-log 20/s");
    state.decide(new Request.Acquire("key", log, 1), START);
    state.decide(new Request.Release("key", log, reservation), START);
    assertThat(state.decide(new Request.Peek("key", log, 1), START).remaining()).isEqualTo(9);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1/366day",
        "1000000000000/ms burst 1",
        "999999999989/366day burst 284772",
        "1/ms burst 1000000000000"
      })
  void reservationsEndWhereTheDomainDoes(String text) {
    policy(text);
    BucketAlgorithm bucket = (BucketAlgorithm) state.policy().algorithm(0);
    long now = Domain.LATEST_INSTANT;
    StoreDecision decision = reserve(bucket.capacity(), Long.MAX_VALUE, now);
    assertThat(decision.allowed()).isTrue();
    long last = 0;
    for (int i = 0; i < 10_000 && decision.allowed(); i++) {
      decision = reserve(bucket.capacity(), Long.MAX_VALUE, now);
      long turn =
          StoreDecision.of(decision).grant().map(Grant::delayMicros).orElse(bucket.longestWait());
      assertThat(turn).isBetween(last, bucket.longestWait());
      last = turn;
      for (long word : state.counters().get(0).words()) {
        assertThat(word).isBetween(0L, Domain.MAX);
      }
    }
  }
}
