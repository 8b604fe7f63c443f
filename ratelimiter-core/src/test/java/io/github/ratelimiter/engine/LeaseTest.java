package io.github.ratelimiter.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.Outcome;
import io.github.ratelimiter.Grant;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.Request;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Permits taken now and spent later: what a lease holds back, when it ends, what it gives back. */
class LeaseTest {
  private static final long SECOND = 1_000_000;
  private static final long START = 1_700_000_000 * SECOND;

  private KeyState state;

  private Policy policy(String text) {
    Policy policy = Policy.parse(text);
    state = new KeyState(policy);
    return policy;
  }

  private Decision lease(long min, long max, long micros, long now) {
    return state.decide(new Request.Lease("key", state.policy(), min, max, micros), now);
  }

  private Decision acquire(long permits, long now) {
    return state.decide(new Request.Acquire("key", state.policy(), permits), now);
  }

  private Decision giveBack(long permits, Grant lease, long now) {
    return state.decide(new Request.GiveBack("key", state.policy(), permits, lease), now);
  }

  @Test
  void aLeaseTakesAsManyAsThereAreUpToItsMaximum() {
    policy("fixed-window 10/h");
    assertThat(lease(1, 4, SECOND, START).grant()).contains(new Grant(4, START, START + SECOND, 0));
    assertThat(lease(1, 40, SECOND, START).grant())
        .contains(new Grant(6, START, START + SECOND, 0));
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
    Decision decision = lease(min, min, micros, now);
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
    Decision refused = lease(1, 5, SECOND / 10, START);
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
    long[] before = state.limit(0).words();
    giveBack(1, first, START);
    assertThat(state.limit(0).words()).isEqualTo(before);
    // The second is spent in its last microsecond; at its end nine are left, eleven would be there.
    assertThat(acquire(10, second.usedAtMicros()).allowed()).isFalse();
    assertThat(acquire(9, second.usedAtMicros()).allowed()).isTrue();
  }

  @Test
  void aLeaseOfAKeyThatWasResetSinceDoesNotComeBack() {
    policy("1/s burst 10");
    Grant lease = lease(4, 4, SECOND, START).grant().orElseThrow();
    state.decide(new Request.Reset("key", state.policy()), START);
    acquire(3, START);
    giveBack(4, lease, START);
    assertThat(acquireable(START)).isEqualTo(7);
  }
}
