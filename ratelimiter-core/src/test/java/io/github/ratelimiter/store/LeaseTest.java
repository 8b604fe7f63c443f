package io.github.ratelimiter.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision.Outcome;
import io.github.ratelimiter.Policy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Permits taken now and spent later: what a lease holds back, when it ends, what it gives back. */
class LeaseTest {
  private static final long SECOND = 1_000_000;
  private static final long START = 1_700_000_000 * SECOND;

  private KeyState state;

  private Policy policy(String text) {
    Policy policy = Policy.parse("test", text);
    state = new KeyState(policy);
    return policy;
  }

  private StoreDecision lease(long min, long max, long micros, long now) {
    return state.decide(new Request.Lease("key", state.policy(), min, max, micros), now);
  }

  private StoreDecision acquire(long permits, long now) {
    return state.decide(new Request.Acquire("key", state.policy(), permits), now);
  }

  private StoreDecision giveBack(long permits, Grant lease, long now) {
    return state.decide(new Request.ReturnLease("key", state.policy(), permits, lease), now);
  }

  @Test
  void aLeaseTakesAsManyAsThereAreUpToItsMaximum() {
    policy("fixed-window 10/h");
    Grant first = lease(1, 4, SECOND, START).grant().orElseThrow();
    assertThat(first).isEqualTo(new Grant(4, START, START + SECOND, state.generation()));
    // The second is out together with the first, and has its generation.
    assertThat(lease(1, 40, SECOND, START).grant())
        .contains(new Grant(6, START, START + SECOND, first.generation()));
    assertThat(lease(1, 1, SECOND, START).outcome()).isEqualTo(Outcome.REFUSED);
  }

  @Test
  void aLeaseOfFewerThanItsMinimumIsRefusedAndTakesNothing() {
    policy("sliding-log 10/h");
    acquire(8, START);
    assertThat(lease(3, 5, SECOND, START).allowed()).isFalse();
    assertThat(acquire(2, START).allowed()).isTrue();
  }

  @Test
  void aBucketMustNotRefillTwiceForALease() {
    policy("10/s burst 10");
    Grant lease = lease(1, 99, SECOND / 2, START).grant().orElseThrow();
    assertThat(lease.permits()).isEqualTo(5);
    assertThat(acquire(1, START).allowed()).isFalse();
    // The five may be spent as late as this: with five more, ten in an instant.
    assertThat(acquire(6, START + SECOND / 2).allowed()).isFalse();
    assertThat(acquire(5, START + SECOND / 2).allowed()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "1/min burst 10, 600000000, 1",
    "1/min burst 10, 541000000, 1",
    "1/min burst 10, 60000000, 10",
    "'fixed-window 5/min; 1/min burst 2', 60000001, 1"
  })
  void aLeaseThatAFullBucketCouldNotHoldIsRefusedForEver(String text, long micros, long min) {
    policy(text);
    // The window's end cuts the lease short, so begin at a window's start.
    long now = START / 60_000_000 * 60_000_000;
    StoreDecision decision = lease(min, min, micros, now);
    if (text.startsWith("fixed")) {
      assertThat(decision.allowed()).isTrue();
    } else {
      assertThat(decision.outcome()).isEqualTo(Outcome.IMPOSSIBLE);
      assertThat(decision.limit().text()).isEqualTo("1/min burst 10");
    }
  }

  @Test
  void aLeaseThatIsOnlyTooEarlySaysWhenToRetry() {
    policy("10/s burst 10");
    acquire(10, START);
    StoreDecision refused = lease(1, 5, SECOND / 10, START);
    assertThat(refused.outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(refused.retryAfterMicros()).isEqualTo(SECOND / 10);
    assertThat(lease(1, 5, SECOND / 10, START + SECOND / 10 - 1).allowed()).isFalse();
    assertThat(lease(1, 5, SECOND / 10, START + SECOND / 10).allowed()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"fixed-window 10/h", "fixed-window 10/h from first use", "sliding-window 10/h"})
  void aLeaseEndsWithItsWindow(String text) {
    policy(text);
    long hour = 3_600 * SECOND;
    long start = START / hour * hour;
    acquire(1, start);
    assertThat(lease(1, 1, 2 * hour, start + SECOND).grant().orElseThrow().usedAtMicros())
        .isEqualTo(start + hour);
    assertThat(lease(1, 1, SECOND, start + SECOND).grant().orElseThrow().usedAtMicros())
        .isEqualTo(start + 2 * SECOND);
  }

  @Test
  void aLogDatesLeasedPermitsAtTheLeasesEnd() {
    policy("sliding-log 10/min");
    lease(10, 10, 5 * SECOND, START);
    assertThat(acquire(1, START + 65 * SECOND - 1).allowed()).isFalse();
    assertThat(acquire(10, START + 65 * SECOND).allowed()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "10/s burst 20",
    "sliding-log 10/min",
    "fixed-window 10/h",
    "sliding-window 10/h",
    "'fixed-window 10/h; 10/s burst 20'"
  })
  void whatIsLeftOfALeaseComesBackUntilItsEnd(String text) {
    policy(text);
    Grant lease = lease(4, 4, SECOND, START).grant().orElseThrow();
    long before = acquireable(START + SECOND - 1);
    giveBack(3, lease, START + SECOND - 1);
    assertThat(acquireable(START + SECOND - 1)).isEqualTo(before + 3);
    long after = acquireable(START + SECOND);
    giveBack(1, lease, START + SECOND);
    assertThat(acquireable(START + SECOND)).isEqualTo(after);
  }

  private long acquireable(long now) {
    return state.decide(new Request.Peek("key", state.policy(), 1), now).remaining();
  }

  @Test
  void aBucketsLeaseDoesNotComeBackFromUnderALaterOne() {
    policy("1/s burst 10");
    Grant first = lease(1, 1, SECOND, START).grant().orElseThrow();
    Grant second = lease(1, 1, 5 * SECOND, START).grant().orElseThrow();
    long[] before = state.counters().get(0).words();
    giveBack(1, first, START);
    assertThat(state.counters().get(0).words()).isEqualTo(before);
    // The second is spent in its last microsecond; at its end nine are left, eleven would be there.
    assertThat(acquire(10, second.usedAtMicros()).allowed()).isFalse();
    assertThat(acquire(9, second.usedAtMicros()).allowed()).isTrue();
  }

  @Test
  void aLeaseGivesBackWhatIsLeftOfItWhenALaterOneCountsOnTheRefill() {
    policy("1/s burst 20");
    acquire(9, START);
    Grant first = lease(6, 6, SECOND, START).grant().orElseThrow();
    lease(1, 1, 2 * SECOND, START);
    // Two are repaid until the second lease ends, and four come back.
    giveBack(6, first, START);
    assertThat(acquireable(START)).isEqualTo(20 - 9 - 1 - 2);
  }

  @ParameterizedTest
  @CsvSource({
    "1/s burst 10",
    "leaky-bucket 1/s burst 10",
    "fixed-window 10/h",
    "fixed-window 10/h from first use",
    "sliding-log 10/min",
    "sliding-window 10/h",
    "'fixed-window 10/h; 1/s burst 10'"
  })
  void aLeaseOfAKeyThatWasResetSinceDoesNotComeBack(String text) {
    policy(text);
    Grant lease = lease(4, 4, SECOND, START).grant().orElseThrow();
    state.decide(new Request.Reset("key", state.policy()), START);
    acquire(3, START);
    giveBack(4, lease, START);
    assertThat(acquireable(START)).isEqualTo(7);
    // The same where another lease is out by then, granted in the same microsecond.
    state.decide(new Request.Reset("key", state.policy()), START);
    Grant second = lease(4, 4, SECOND, START).grant().orElseThrow();
    long before = acquireable(START);
    giveBack(4, lease, START);
    assertThat(acquireable(START)).isEqualTo(before);
    giveBack(4, second, START);
    assertThat(acquireable(START)).isGreaterThanOrEqualTo(before + 4);
  }

  @Test
  void aLeaseIsHeldAgainstAFasterVersionUntilItsEnd() {
    policy("10000/s");
    long end = START + SECOND / 10;
    Grant lease = lease(1, 99_999, SECOND / 10, START).grant().orElseThrow();
    assertThat(lease.permits()).isEqualTo(9_000);
    Policy faster = Policy.parse("test", "100000/s burst 10000");
    assertThat(state.decide(new Request.Acquire("key", faster, 1), START).allowed()).isFalse();
    // The lease may be spent in its last microsecond, and the faster bucket holds 10,000.
    assertThat(state.decide(new Request.Acquire("key", faster, 1_001), end).allowed()).isFalse();
    assertThat(state.decide(new Request.Acquire("key", faster, 1_000), end).allowed()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "10/s burst 10, fixed-window 10/s",
    "10/s burst 10, fixed-window 10/min from first use",
    "10/s burst 10, sliding-window 10/s",
    "10/s burst 10, sliding-log 10/s",
    "sliding-log 10/min, 10/s burst 10",
    "fixed-window 10/min, sliding-log 10/min"
  })
  void aLeaseIsHeldAgainstAVersionThatComesAfterIt(String before, String after) {
    policy(before);
    Grant lease = lease(5, 5, SECOND / 2, START).grant().orElseThrow();
    long last = lease.usedAtMicros() - 1;
    Policy next = Policy.parse("test", after);
    state.decide(new Request.Acquire("key", next, 1), START);
    // Five of the lease, spent in its last microsecond, are the other five.
    assertThat(state.decide(new Request.Acquire("key", next, 6), last).allowed()).isFalse();
  }
}
