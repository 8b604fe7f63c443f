package io.github.ratelimiter.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.Outcome;
import io.github.ratelimiter.Grant;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.Request;
import io.github.ratelimiter.algorithm.Bucket;
import io.github.ratelimiter.algorithm.Domain;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Permits booked now for a turn that comes later. */
class BookingTest {
  private static final long SECOND = 1_000_000;
  private static final long START = 1_700_000_000 * SECOND;
  private static final long MAX_WAIT = 3_600 * SECOND;

  private KeyState state;

  private void policy(String text) {
    state = new KeyState(Policy.parse(text));
  }

  private Decision book(long permits, long maxWait, long now) {
    return state.decide(new Request.Book("key", state.policy(), permits, maxWait), now);
  }

  private long turn(long permits, long now) {
    return book(permits, MAX_WAIT, now).grant().orElseThrow().usedAtMicros() - START;
  }

  private Decision acquire(long permits, long now) {
    return state.decide(new Request.Acquire("key", state.policy(), permits), now);
  }

  private void cancel(Grant booking, long now) {
    state.decide(new Request.Cancel("key", state.policy(), booking), now);
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
    Decision full = book(1, MAX_WAIT, START);
    assertThat(full.outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(full.retryAfterMicros()).isEqualTo(100_000);
    assertThat(book(1, MAX_WAIT, START + 99_999).allowed()).isFalse();
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
    Decision refused = book(1, 99_999, START);
    assertThat(refused.outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(refused.retryAfterMicros()).isEqualTo(1);
    assertThat(state.counters().get(0).words()).isEqualTo(before);
    assertThat(book(1, 99_999, START + 1).allowed()).isTrue();
  }

  @Test
  void moreThanTheBurstCanNeverBeBooked() {
    policy("10/s burst 3; 1000/h");
    Decision decision = book(4, MAX_WAIT, START);
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
  void theLastBookingComesBack(String text) {
    policy(text);
    acquire(10, START);
    long[] before = state.counters().get(0).words();
    cancel(book(5, MAX_WAIT, START).grant().orElseThrow(), START + 1);
    assertThat(state.counters().get(0).words()).isEqualTo(before);
  }

  @Test
  void aRefundDoesNotMakeABookingTheLastAgain() {
    policy("4/s burst 3");
    acquire(3, START);
    Grant first = book(2, MAX_WAIT, START).grant().orElseThrow();
    Request refund = new Request.Refund("key", state.policy(), 1);
    state.decide(refund, START);
    Grant second = book(2, MAX_WAIT, START).grant().orElseThrow();
    state.decide(refund, START);
    cancel(first, START);
    assertThat(acquire(1, second.usedAtMicros()).allowed()).as("the second refund").isTrue();
    assertThat(acquire(1, second.usedAtMicros()).allowed()).isFalse();
  }

  @Test
  void aBookingThatAnotherStandsOnDoesNotComeBack() {
    policy("10/s burst 10");
    acquire(10, START);
    Grant first = book(10, MAX_WAIT, START).grant().orElseThrow();
    Grant second = book(10, MAX_WAIT, START).grant().orElseThrow();
    cancel(first, START);
    // The second still comes at START + 2 s, and must find nobody else's permits there.
    assertThat(second.usedAtMicros()).isEqualTo(START + 2 * SECOND);
    assertThat(acquire(1, second.usedAtMicros()).allowed()).isFalse();
  }

  @Test
  void aBookingIsNotMistakenForAnotherPolicysState() {
    policy("10/s burst 10");
    Grant booking = book(10, MAX_WAIT, START).grant().orElseThrow();
    Policy log = Policy.parse("sliding-log 20/s");
    state.decide(new Request.Acquire("key", log, 1), START);
    state.decide(new Request.Cancel("key", log, booking), START);
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
  void bookingsEndWhereTheDomainDoes(String text) {
    policy(text);
    Bucket bucket = (Bucket) state.policy().algorithm(0);
    long now = Domain.LATEST_INSTANT;
    Decision decision = book(bucket.capacity(), Long.MAX_VALUE, now);
    assertThat(decision.allowed()).isTrue();
    long last = 0;
    for (int i = 0; i < 10_000 && decision.allowed(); i++) {
      decision = book(bucket.capacity(), Long.MAX_VALUE, now);
      long turn = decision.grant().map(Grant::delayMicros).orElse(bucket.longestWait());
      assertThat(turn).isBetween(last, bucket.longestWait());
      last = turn;
      for (long word : state.counters().get(0).words()) {
        assertThat(word).isBetween(0L, Domain.MAX);
      }
    }
  }
}
