package io.github.ratelimiter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.ratelimiter.Decision.LimitStatus;
import io.github.ratelimiter.Decision.Outcome;
import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.store.Grant;
import io.github.ratelimiter.store.StoreDecision;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a decision says. */
class DecisionTest {
  private static final Policy ONE = Policy.parse("test", "10/s");
  private static final Policy TWO = Policy.parse("test", "10/s; 100/h");

  private static StoreDecision two() {
    long[] remaining = {3, 7};
    long[] resetAfter = {400_000, 36_000_000};
    return StoreDecision.of(TWO, Outcome.REFUSED, 1, 250_000, remaining, resetAfter);
  }

  @Test
  void anAllowanceHasNothingToWaitFor() {
    StoreDecision decision = StoreDecision.of(ONE, Outcome.ALLOWED, 6, 0, 400_000);
    assertThat(decision.allowed()).isTrue();
    assertThat(decision.limit()).isEqualTo(TokenBucket.perSecond(10));
    assertThat(decision.retryAfter()).contains(Duration.ZERO);
    assertThat(decision.retryAfterMicros()).isZero();
    assertThat(decision.resetAfter()).isEqualTo(Duration.ofMillis(400));
    assertThat(decision.limits())
        .containsExactly(new LimitStatus(TokenBucket.perSecond(10), 6, Duration.ofMillis(400)));
    assertThat(decision.source()).isEqualTo(Source.STORE);
    assertThat(StoreDecision.of(decision).grant()).isEmpty();
    assertThat(decision).hasToString("allowed by test (10/s), 6 remaining, full in PT0.4S");
  }

  @Test
  void aRefusalNamesTheLimitThatHoldsItUp() {
    StoreDecision decision = two();
    assertThat(decision.allowed()).isFalse();
    assertThat(decision.limit()).isEqualTo(TWO.limits().get(1));
    assertThat(decision.remaining()).isEqualTo(3);
    assertThat(decision.retryAfter()).contains(Duration.ofMillis(250));
    assertThat(decision.resetAfter()).isEqualTo(Duration.ofSeconds(36));
    assertThat(decision.limits())
        .containsExactly(
            new LimitStatus(TWO.limits().get(0), 3, Duration.ofMillis(400)),
            new LimitStatus(TWO.limits().get(1), 7, Duration.ofSeconds(36)));
    assertThat(decision)
        .hasToString("refused by 100/h of test (10/s; 100/h), 3 remaining, retry in PT0.25S");
  }

  @Test
  void theImpossibleHasNoRetryAfterAtAll() {
    StoreDecision decision = StoreDecision.of(ONE, Outcome.IMPOSSIBLE, 10, 0, 0);
    assertThat(decision.retryAfter()).isEmpty();
    assertThatIllegalStateException().isThrownBy(decision::retryAfterMicros);
    assertThat(decision)
        .hasToString("impossible under 10/s of test (10/s): the call exceeds the capacity");
  }

  @Test
  void copiesDifferOnlyInWhatTheySay() {
    Grant grant = new Grant(2, 5, 9, 1);
    assertThat(grant.delayMicros()).isEqualTo(4);
    assertThat(two().withGrant(grant).grant()).contains(grant);
    assertThat(two().withSource(Source.LEASE).source()).isEqualTo(Source.LEASE);
    assertThat(two())
        .isEqualTo(two())
        .hasSameHashCodeAs(two())
        .isNotEqualTo(two().withGrant(grant))
        .isNotEqualTo(two().withSource(Source.LEASE))
        .isNotEqualTo(two().after(1))
        .isNotEqualTo(two().withMoreRemaining(1));
    assertThat(two().withGrant(grant).withSource(Source.LEASE))
        .isEqualTo(two().withSource(Source.LEASE).withGrant(grant));
  }

  @Test
  void aDecisionRepeatedLaterHasAsMuchLessToWait() {
    StoreDecision later = two().after(300_000);
    assertThat(later.retryAfterMicros()).isZero();
    assertThat(later.resetAfter()).isEqualTo(Duration.ofMillis(35_700));
    assertThat(later.limits().get(0).resetAfter()).isEqualTo(Duration.ofMillis(100));
    assertThat(two().after(50_000).retryAfterMicros()).isEqualTo(200_000);
    assertThat(two().after(Long.MAX_VALUE).resetAfter()).isZero();
    StoreDecision one = StoreDecision.of(ONE, Outcome.ALLOWED, 6, 0, 400_000);
    assertThat(StoreDecision.of(one).after(100_000).resetAfter()).isEqualTo(Duration.ofMillis(300));
  }

  @Test
  void permitsHeldForOthersCountAsRemaining() {
    StoreDecision more = two().withMoreRemaining(5);
    assertThat(more.remaining()).isEqualTo(8);
    assertThat(more.limits()).extracting(LimitStatus::remaining).containsExactly(8L, 12L);
    assertThat(StoreDecision.of(ONE, Outcome.ALLOWED, 6, 0, 1).withMoreRemaining(2).limits())
        .extracting(LimitStatus::remaining)
        .containsExactly(8L);
  }
}
