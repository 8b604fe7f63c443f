package io.github.ratelimiter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.ratelimiter.Decision.Outcome;
import io.github.ratelimiter.algorithm.Bucket;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A decision that counts only when asked says what one says that counted at once. */
final class WordDecisionTest {
  private static final long NOW = 1_000_000_000;

  private final Policy policy = Policy.parse("test", "10/s");
  private final Bucket bucket = Objects.requireNonNull(policy.wordBucket());

  @Test
  void allowedWithFourOfTenUsed() {
    Decision decision = Decision.ofWord(policy, Outcome.ALLOWED, 4, wordAfter(4), NOW);

    assertThat(decision.remaining()).isEqualTo(6);
    assertThat(decision.retryAfterMicros()).isZero();
    assertThat(decision.resetAfter()).isEqualTo(Duration.ofMillis(400));
    assertSame(decision, Decision.of(policy, Outcome.ALLOWED, 6, 0, 400_000));
  }

  @Test
  void refusedWithAllUsed() {
    Decision decision = Decision.ofWord(policy, Outcome.REFUSED, 1, wordAfter(10), NOW);

    assertThat(decision.remaining()).isZero();
    assertThat(decision.retryAfter()).contains(Duration.ofMillis(100));
    assertThat(decision.resetAfter()).isEqualTo(Duration.ofSeconds(1));
    assertSame(decision, Decision.of(policy, Outcome.REFUSED, 0, 100_000, 1_000_000));
  }

  @Test
  void impossibleWithNothingUsed() {
    Decision decision = Decision.ofWord(policy, Outcome.IMPOSSIBLE, 11, 0, NOW);

    assertThat(decision.retryAfter()).isEmpty();
    assertThatIllegalStateException().isThrownBy(decision::retryAfterMicros);
    assertSame(decision, Decision.of(policy, Outcome.IMPOSSIBLE, 10, 0, 0));
  }

  @Test
  void whatWrapsItChangesItAlike() {
    Decision lazy = Decision.ofWord(policy, Outcome.REFUSED, 1, wordAfter(10), NOW);
    Decision counted = Decision.of(policy, Outcome.REFUSED, 0, 100_000, 1_000_000);
    Grant grant = new Grant(1, NOW, NOW, 1);

    assertSame(lazy.withGrant(grant), counted.withGrant(grant));
    assertSame(lazy.withSource(Source.FALLBACK), counted.withSource(Source.FALLBACK));
    assertSame(lazy.withMoreRemaining(3), counted.withMoreRemaining(3));
    assertSame(lazy.after(40_000), counted.after(40_000));
    assertThat(lazy).isNotEqualTo(counted.after(1));
  }

  private long wordAfter(long permits) {
    return bucket.take(0, NOW, permits);
  }

  private static void assertSame(Decision one, Decision other) {
    assertThat(one).isEqualTo(other).hasSameHashCodeAs(other).hasToString(other.toString());
    assertThat(one.limit()).isEqualTo(other.limit());
    assertThat(one.limits()).isEqualTo(other.limits());
    assertThat(one.source()).isEqualTo(other.source());
    assertThat(one.grant()).isEqualTo(other.grant());
  }
}
