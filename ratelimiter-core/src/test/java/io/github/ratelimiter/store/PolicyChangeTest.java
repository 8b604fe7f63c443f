package io.github.ratelimiter.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.LimitStatus;
import io.github.ratelimiter.Decision.Outcome;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.algorithm.BucketState;
import io.github.ratelimiter.algorithm.LimitState;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A policy that changes keeps what its keys have used, and nobody gets a fresh limit. */
class PolicyChangeTest {
  private static final long SECOND = 1_000_000;
  private static final long NOW = 1_700_000_000 * SECOND;
  private static final String KEY = "key";

  private KeyState state;

  private Policy policy(String text) {
    Policy policy = Policy.parse("test", text);
    if (state == null) {
      state = new KeyState(policy);
    }
    return policy;
  }

  private Decision acquire(String text, long permits, long now) {
    return state.decide(new Request.Acquire(KEY, policy(text), permits), now);
  }

  private List<Long> remaining(String text, long now) {
    return state.decide(new Request.Peek(KEY, policy(text), 1), now).limits().stream()
        .map(LimitStatus::remaining)
        .toList();
  }

  private void start(String text, long permits) {
    policy(text);
    assertThat(acquire(text, permits, NOW).allowed()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "leaky-bucket ", "fixed-window ", "sliding-log ", "sliding-window "})
  void raisingTenToTwentyAfterTenWereUsedLeavesTen(String algorithm) {
    start(algorithm + "10/min", 10);
    assertThat(remaining(algorithm + "20/min", NOW)).containsExactly(10L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "leaky-bucket ", "fixed-window ", "sliding-log ", "sliding-window "})
  void loweringNeverGivesAFreshLimit(String algorithm) {
    start(algorithm + "20/min", 12);
    assertThat(remaining(algorithm + "10/min", NOW)).containsExactly(0L);
    assertThat(remaining(algorithm + "13/min", NOW)).containsExactly(1L);
    assertThat(remaining(algorithm + "20/min", NOW)).containsExactly(8L);
  }

  @Test
  void aLimitIsKnownByItselfNotByItsPosition() {
    start("10/min; 100/h", 5);
    assertThat(remaining("20/min; 50/h", NOW)).containsExactly(15L, 45L);
    assertThat(remaining("100/h; 10/min", NOW)).containsExactly(95L, 5L);
  }

  @Test
  void addedAndRetypedLimitsStartWithTheLargestUsage() {
    start("fixed-window 10/s; sliding-log 50/h", 8);
    acquire("fixed-window 10/s; sliding-log 50/h", 6, NOW + SECOND);
    // 6 of the second, 14 of the hour.
    assertThat(remaining("sliding-log 10/s; sliding-log 50/h; fixed-window 20/day", NOW + SECOND))
        .containsExactly(0L, 36L, 6L);
    assertThat(remaining("fixed-window 10/s", NOW + SECOND)).containsExactly(4L);
  }

  @ParameterizedTest
  @CsvSource({
    "token-bucket 10/min, leaky-bucket 10/min",
    "leaky-bucket 10/min, token-bucket 10/min",
    "fixed-window 10/min, sliding-window 10/min",
    "sliding-window 10/min, fixed-window 10/min",
    "sliding-log 10/min, token-bucket 10/min",
    "token-bucket 10/min, sliding-log 10/min",
    "fixed-window 10/min, fixed-window 10/min from first use",
    "fixed-window 10/min, fixed-window 10/h",
    "sliding-window 10/min, sliding-window 10/h"
  })
  void anotherKindOfLimitStartsFromThePermitsUsed(String before, String after) {
    start(before, 7);
    assertThat(remaining(after, NOW)).containsExactly(3L);
  }

  @Test
  void aStartedPermitCountsAsUsed() {
    start("10/min", 10);
    // One microsecond after the sixth permit came back, and five before it.
    assertThat(remaining("20/s", NOW + 36 * SECOND)).containsExactly(16L);
    assertThat(remaining("20/s", NOW + 36 * SECOND - 1)).containsExactly(15L);
    BucketState bucket = (BucketState) state.counters().get(0);
    assertThat(bucket.used(NOW + 36 * SECOND)).isEqualTo(4);
    assertThat(bucket.used(NOW + 36 * SECOND - 1)).isEqualTo(5);
  }

  @Test
  void anUnchangedRateKeepsItsDebtToTheMicrosecond() {
    start("10/min; 1000/h", 10);
    for (int change = 1; change < 100; change++) {
      long now = NOW + change * 1_000;
      state.decide(new Request.Refund(KEY, policy("10/min burst 12; 1000/h burst 9"), 1), now);
      acquire("10/min; 1000/h", 1, now);
    }
    assertThat(state.counters().get(0).resetAfter(NOW)).isEqualTo(60 * SECOND);
    assertThat(state.counters().get(1).resetAfter(NOW)).isEqualTo(36 * SECOND);
  }

  @Test
  void aLogKeepsItsInstantsUnderAnotherLimit() {
    policy("sliding-log 10/min");
    acquire("sliding-log 10/min", 4, NOW);
    acquire("sliding-log 10/min", 4, NOW + 30 * SECOND);
    Decision refused = acquire("sliding-log 12/min", 5, NOW + 30 * SECOND);
    assertThat(refused.retryAfterMicros()).isEqualTo(30 * SECOND);
    assertThat(remaining("sliding-log 12/min", NOW + 60 * SECOND)).containsExactly(8L);
    // Of more than the limit the newest count.
    assertThat(remaining("sliding-log 6/min", NOW + 60 * SECOND)).containsExactly(2L);
    assertThat(remaining("sliding-log 3/min", NOW + 60 * SECOND)).containsExactly(0L);
  }

  @Test
  void aLogOfAnotherPeriodStartsWithThePermitsUsed() {
    policy("sliding-log 10/min");
    acquire("sliding-log 10/min", 4, NOW);
    acquire("sliding-log 10/min", 4, NOW + 30 * SECOND);
    assertThat(remaining("sliding-log 10/20s", NOW + 30 * SECOND)).containsExactly(2L);
    // A refusal keeps the new log: all eight count from here on.
    Decision refused = acquire("sliding-log 10/2min", 4, NOW + 59 * SECOND);
    assertThat(refused.retryAfterMicros()).isEqualTo(120 * SECOND);
    assertThat(remaining("sliding-log 10/2min", NOW + 178 * SECOND)).containsExactly(2L);
    assertThat(remaining("sliding-log 10/2min", NOW + 179 * SECOND)).containsExactly(10L);
  }

  @Test
  void aWindowKeepsItsStartUnderAnotherLimit() {
    start("fixed-window 10/min from first use", 10);
    Decision refused = acquire("fixed-window 8/min from first use", 1, NOW + 20 * SECOND);
    assertThat(refused.retryAfterMicros()).isEqualTo(40 * SECOND);
    assertThat(remaining("fixed-window 12/min from first use", NOW + 20 * SECOND))
        .containsExactly(2L);
  }

  @Test
  void aCounterKeepsBothItsWindows() {
    long minute = NOW / (60 * SECOND) * 60 * SECOND;
    String before = "sliding-window 10/min";
    policy(before);
    acquire(before, 10, minute);
    acquire(before, 2, minute + 90 * SECOND);
    assertThat(remaining("sliding-window 20/min", minute + 90 * SECOND)).containsExactly(13L);
    assertThat(remaining("sliding-window 20/min", minute + 120 * SECOND)).containsExactly(18L);
    // Written under the new version, the window before still fades: 10 of it weigh 2.5 now.
    acquire("sliding-window 20/min", 1, minute + 90 * SECOND);
    assertThat(remaining("sliding-window 20/min", minute + 105 * SECOND)).containsExactly(14L);
  }

  @Test
  void aCounterOfAnotherPeriodBeginsItsOwnWindow() {
    long hour = NOW / (3_600 * SECOND) * 3_600 * SECOND;
    String minutes = "sliding-window 10/min";
    policy(minutes);
    acquire(minutes, 5, hour + 70 * SECOND);
    Decision decision = acquire("sliding-window 10/h", 1, hour + 70 * SECOND);
    assertThat(decision.remaining()).isEqualTo(4);
    assertThat(decision.resetAfter().toSeconds()).isEqualTo(2 * 3_600 - 70);
  }

  @Test
  void aRefusalUnderANewVersionKeepsItsCounterAndChangesNoOther() {
    start("10/min", 10);
    long[] before = state.counters().get(0).words();
    Decision refused = acquire("5/min", 1, NOW);
    assertThat(refused.retryAfterMicros()).isEqualTo(12 * SECOND);
    assertThat(state.policy()).isEqualTo(policy("5/min"));
    assertThat(state.counters()).hasSize(2);
    assertThat(state.counters().get(1).words()).isEqualTo(before);
    assertThat(acquire("5/min", 1, NOW + 12 * SECOND - 1).allowed()).isFalse();
    assertThat(acquire("5/min", 1, NOW + 12 * SECOND).allowed()).isTrue();
  }

  @Test
  void aPeekUnderANewVersionKeepsNothing() {
    start("10/min", 10);
    long[] before = state.counters().get(0).words();
    state.decide(new Request.Peek(KEY, policy("5/min"), 1), NOW);
    assertThat(state.policy()).isEqualTo(policy("10/min"));
    assertThat(state.counters()).hasSize(1);
    assertThat(state.counters().get(0).words()).isEqualTo(before);
  }

  @Test
  void flappingBetweenVersionsFreesNothing() {
    String[] versions = {"10/min", "20/min burst 15", "leaky-bucket 10/min", "fixed-window 12/h"};
    policy(versions[0]);
    long granted = 0;
    for (int i = 0; i < 4_000; i++) {
      granted += acquire(versions[i % 4], 1, NOW + i * 1_000).allowed() ? 1 : 0;
    }
    // The largest burst of all, and what four seconds refill at the fastest rate of all.
    assertThat(granted).isBetween(10L, 16L);
  }

  @Test
  void aLimitOfNoneRemembersWhatWasUsedBeforeIt() {
    start("10/min", 10);
    Decision refused = acquire("0/min", 1, NOW);
    assertThat(refused.outcome()).isEqualTo(Outcome.IMPOSSIBLE);
    state.decide(new Request.Refund(KEY, policy("0/min"), 1), NOW);
    assertThat(state.policy()).isEqualTo(policy("0/min"));
    assertThat(remaining("10/min", NOW + SECOND)).containsExactly(1L);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1/366day",
        "1000000000000/ms",
        "0/min",
        "fixed-window 1/ms",
        "sliding-log 5/day",
        "sliding-window 12/366day",
        "leaky-bucket 999/997s"
      })
  void theLargestUsageFitsIntoAnyLimit(String text) {
    String large = "fixed-window 1000000000000/366day";
    start(large, 1_000_000_000_000L);
    Policy wanted = policy(text);
    Decision decision = acquire(text, 1, NOW);
    assertThat(decision.allowed()).isFalse();
    assertThat(decision.remaining()).isZero();
    for (LimitState counter : state.counters()) {
      for (long word : counter.words()) {
        assertThat(word).isBetween(0L, (1L << 53) - 1);
      }
    }
    // A counter of nothing has no usage, and is not kept.
    LimitState first = state.counters().get(0);
    assertThat(first.used(NOW)).isEqualTo(first.algorithm().capacity());
    assertThat(state.counters()).hasSize(wanted.capacity() == 0 ? 1 : 2);
  }

  @Test
  void resetTakesTheNewVersion() {
    start("10/min", 10);
    Decision decision = state.decide(new Request.Reset(KEY, policy("7/min")), NOW);
    assertThat(decision.remaining()).isEqualTo(7);
    assertThat(state.policy()).isEqualTo(policy("7/min"));
  }
}
