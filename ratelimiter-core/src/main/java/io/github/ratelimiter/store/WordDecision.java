package io.github.ratelimiter.store;

import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.algorithm.BucketAlgorithm;
import java.util.Objects;

/**
 * A decision of one bucket with a state of one word. Most callers only read whether it was allowed,
 * so permits and times, which need divisions, are computed when they are read.
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
  public Source source() {
    return Source.STORE;
  }

  @Override
  int binding() {
    return 0;
  }

  @Override
  CountedDecision counted() {
    return CountedDecision.ofOneLimit(
        policy(), outcome(), remaining(), retryMicros(), resetMicros());
  }
}
