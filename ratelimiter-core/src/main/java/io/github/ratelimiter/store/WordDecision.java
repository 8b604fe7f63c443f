package io.github.ratelimiter.store;

import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.algorithm.BucketAlgorithm;
import java.util.Objects;

/**
 * A decision about one bucket whose state is a word. Most callers ask whether it was allowed and no
 * more, so the divisions that give permits and times wait until somebody asks for them.
 */
final class WordDecision extends StoreDecision {
  private final long permits;
  private final long word;
  private final long now;

  WordDecision(Policy policy, Outcome outcome, long permits, long word, long now) {
    super(policy, outcome);
    this.permits = permits;
    this.word = word;
    this.now = now;
  }

  private BucketAlgorithm bucket() {
    return Objects.requireNonNull(policy().wordBucket());
  }

  @Override
  public long remaining() {
    return bucket().available(word, now);
  }

  @Override
  long retryMicros() {
    return outcome() == Outcome.REFUSED ? bucket().retryAfter(word, now, permits) : 0;
  }

  @Override
  long resetMicros() {
    return bucket().resetAfter(word, now);
  }

  @Override
  CountedDecision counted() {
    return new CountedDecision(
        policy(),
        outcome(),
        Source.STORE,
        0,
        remaining(),
        retryMicros(),
        resetMicros(),
        null,
        null);
  }
}
