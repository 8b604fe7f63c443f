package io.github.ratelimiter.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.ratelimiter.Decision.Outcome;
import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.algorithm.BucketAlgorithm;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A decision that counts only when asked says what one says that counted at once. */
final class WordDecisionTest {
  private static final long NOW = 1_000_000_000;

  private final Policy policy = Policy.parse("test", "10/s");
  private final BucketAlgorithm bucket = Objects.requireNonNull(policy.wordBucket());

  @Test
  void allowedWithFourOfTenUsed() {
    StoreDecision decision = StoreDecision.ofWord(policy, Outcome.ALLOWED, 4, wordAfter(4), NOW);

    assertThat(decision.remaining()).isEqualTo(6);
    assertThat(decision.retryAfterMicros()).isZero();
    assertThat(decision.resetAfter()).isEqualTo(Duration.ofMillis(400));
    assertSame(decision, StoreDecision.of(policy, Outcome.ALLOWED, 6, 0, 400_000));
  }

  @Test
  void refusedWithAllUsed() {
    StoreDecision decision = StoreDecision.ofWord(policy, Outcome.REFUSED, 1, wordAfter(10), NOW);

    assertThat(decision.remaining()).isZero();
    assertThat(decision.retryAfter()).contains(Duration.ofMillis(100));
    assertThat(decision.resetAfter()).isEqualTo(Duration.ofSeconds(1));
    assertSame(decision, StoreDecision.of(policy, Outcome.REFUSED, 0, 100_000, 1_000_000));
  }

  @Test
  void impossibleWithNothingUsed() {
    StoreDecision decision = StoreDecision.ofWord(policy, Outcome.IMPOSSIBLE, 11, 0, NOW);

    assertThat(decision.retryAfter()).isEmpty();
    assertThatIllegalStateException().isThrownBy(decision::retryAfterMicros);
    assertSame(decision, StoreDecision.of(policy, Outcome.IMPOSSIBLE, 10, 0, 0));
  }

  @Test
  void whatWrapsItChangesItAlike() {
    StoreDecision lazy = StoreDecision.ofWord(policy, Outcome.REFUSED, 1, wordAfter(10), NOW);
    StoreDecision counted = StoreDecision.of(policy, Outcome.REFUSED, 0, 100_000, 1_000_000);
    Grant grant = new Grant(1, NOW, NOW, 1);

    assertSame(StoreDecision.of(lazy).withGrant(grant), StoreDecision.of(counted).withGrant(grant));
    assertSame(
        StoreDecision.of(lazy).withSource(Source.FALLBACK),
        StoreDecision.of(counted).withSource(Source.FALLBACK));
    assertSame(
        StoreDecision.of(lazy).withMoreRemaining(3),
        StoreDecision.of(counted).withMoreRemaining(3));
    assertSame(StoreDecision.of(lazy).after(40_000), StoreDecision.of(counted).after(40_000));
    assertThat(lazy).isNotEqualTo(StoreDecision.of(counted).after(1));
  }

  private long wordAfter(long permits) {
    return bucket.take(0, NOW, permits);
  }

  private static void assertSame(StoreDecision one, StoreDecision other) {
    assertThat(one).isEqualTo(other).hasSameHashCodeAs(other).hasToString(other.toString());
    assertThat(one.limit()).isEqualTo(other.limit());
    assertThat(one.limits()).isEqualTo(other.limits());
    assertThat(one.source()).isEqualTo(other.source());
    assertThat(StoreDecision.of(one).grant()).isEqualTo(StoreDecision.of(other).grant());
  }
}
