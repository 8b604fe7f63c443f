package io.github.ratelimiter.store;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Limit;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.internal.Periods;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A decision as stores make it and wrappers change it. Immutable.
 *
 * <p>Every {@link Decision} is one: {@link #of(Decision)} converts without a copy.
 */
public abstract sealed class StoreDecision implements Decision
    permits CountedDecision, WordDecision {
  private final Policy policy;
  private final Outcome outcome;

  StoreDecision(Policy policy, Outcome outcome) {
    this.policy = policy;
    this.outcome = outcome;
  }

  /**
   * A decision, as what it is.
   *
   * @param decision any decision
   * @return the same object
   */
  public static StoreDecision of(Decision decision) {
    return (StoreDecision) decision;
  }

  /**
   * A decision under a policy of one limit.
   *
   * @param policy the policy
   * @param outcome what became of the request
   * @param remaining permits that could be taken now
   * @param retryAfterMicros how long until the request can succeed; 0 unless it was refused
   * @param resetAfterMicros how long until all permits are available again
   * @return the decision, from {@link Source#STORE}
   */
  public static StoreDecision of(
      Policy policy,
      Outcome outcome,
      long remaining,
      long retryAfterMicros,
      long resetAfterMicros) {
    return new CountedDecision(
        policy,
        outcome,
        Source.STORE,
        0,
        remaining,
        retryAfterMicros,
        resetAfterMicros,
        null,
        null);
  }

  /**
   * A decision under a policy of one bucket, by the bucket's word after it: what nobody asks for is
   * not worked out.
   *
   * @param policy the policy; {@link Policy#wordBucket()} is its bucket
   * @param outcome what became of the request
   * @param permits what was asked for
   * @param word the state after it
   * @param now the instant of the decision
   * @return the decision, from {@link Source#STORE}
   */
  public static StoreDecision ofWord(
      Policy policy, Outcome outcome, long permits, long word, long now) {
    return new WordDecision(policy, outcome, permits, word, now);
  }

  /**
   * A decision under a policy of any number of limits.
   *
   * @param policy the policy
   * @param outcome what became of the request
   * @param binding the position of the limit that binds
   * @param retryAfterMicros how long until the request can succeed; 0 unless it was refused
   * @param remaining for each limit, the permits that could be taken now
   * @param resetAfterMicros for each limit, how long until all its permits are available again
   * @return the decision, from {@link Source#STORE}
   */
  public static StoreDecision of(
      Policy policy,
      Outcome outcome,
      int binding,
      long retryAfterMicros,
      long[] remaining,
      long[] resetAfterMicros) {
    int limits = remaining.length;
    long least = remaining[0];
    long longest = resetAfterMicros[0];
    long[] statuses = new long[2 * limits];
    for (int i = 0; i < limits; i++) {
      least = Math.min(least, remaining[i]);
      longest = Math.max(longest, resetAfterMicros[i]);
      statuses[2 * i] = remaining[i];
      statuses[2 * i + 1] = resetAfterMicros[i];
    }
    return new CountedDecision(
        policy,
        outcome,
        Source.STORE,
        binding,
        least,
        retryAfterMicros,
        longest,
        limits == 1 ? null : statuses,
        null);
  }

  /**
   * This decision with what was granted ahead of its use.
   *
   * @param grant the grant
   * @return the decision
   */
  public final StoreDecision withGrant(Grant grant) {
    return counted().with(source(), grant);
  }

  /**
   * This decision as another source's.
   *
   * @param source where it came from
   * @return the decision
   */
  public final StoreDecision withSource(Source source) {
    return counted().with(source, counted().grant);
  }

  /**
   * This decision with more permits left under every limit.
   *
   * @param permits how many more, 0 or more
   * @return the decision
   */
  public final StoreDecision withMoreRemaining(long permits) {
    return counted().plus(permits);
  }

  /**
   * This decision some time after it was made, with as much less to wait.
   *
   * @param micros the time that has passed
   * @return the decision
   */
  public final StoreDecision after(long micros) {
    return counted().later(micros);
  }

  /** All numbers of this decision. */
  abstract CountedDecision counted();

  /** How long until the request can succeed; 0 unless it was refused. */
  abstract long retryMicros();

  /** How long until all permits of every limit are available again. */
  abstract long resetMicros();

  @Override
  public final boolean allowed() {
    return outcome == Outcome.ALLOWED;
  }

  @Override
  public final Outcome outcome() {
    return outcome;
  }

  @Override
  public final Policy policy() {
    return policy;
  }

  @Override
  public final Limit limit() {
    return policy.limits().get(counted().binding);
  }

  @Override
  public final Optional<Duration> retryAfter() {
    return outcome == Outcome.IMPOSSIBLE
        ? Optional.empty()
        : Optional.of(Periods.ofMicros(retryMicros()));
  }

  @Override
  public final long retryAfterMicros() {
    if (outcome == Outcome.IMPOSSIBLE) {
      throw new IllegalStateException("there is nothing to wait for: " + this);
    }
    return retryMicros();
  }

  @Override
  public final Duration resetAfter() {
    return Periods.ofMicros(resetMicros());
  }

  @Override
  public final List<LimitStatus> limits() {
    return counted().statusOfEach();
  }

  @Override
  public final Source source() {
    return counted().source;
  }

  /**
   * What was granted ahead of its use.
   *
   * @return the grant of a {@link Request.Lease} or {@link Request.Reserve} that was allowed
   */
  public final Optional<Grant> grant() {
    return Optional.ofNullable(counted().grant);
  }

  @Override
  public final boolean equals(@Nullable Object o) {
    return o instanceof StoreDecision other && counted().same(other.counted());
  }

  @Override
  public final int hashCode() {
    return Objects.hash(policy, outcome, remaining(), retryMicros(), resetMicros());
  }

  /** For people and logs: names no key. */
  @Override
  public final String toString() {
    return switch (outcome) {
      case ALLOWED ->
          "allowed by " + policy + ", " + remaining() + " remaining, full in " + resetAfter();
      case REFUSED ->
          "refused by "
              + limit().text()
              + " of "
              + policy
              + ", "
              + remaining()
              + " remaining, retry in "
              + Periods.ofMicros(retryMicros());
      case IMPOSSIBLE ->
          "refused for ever by "
              + limit().text()
              + " of "
              + policy
              + ": more than a call can be granted";
    };
  }
}
