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
 * A decision as stores create it and wrappers change it. Immutable.
 *
 * <p>Every {@link Decision} is a {@code StoreDecision}: {@link #of(Decision)} converts without a
 * copy.
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
   * Returns a decision as a {@code StoreDecision}.
   *
   * @param decision any decision
   * @return the same object
   */
  public static StoreDecision of(Decision decision) {
    return (StoreDecision) decision;
  }

  /**
   * Returns a decision under a policy of one limit.
   *
   * @param policy the policy
   * @param outcome the outcome of the request
   * @param remaining the permits that are available now
   * @param retryAfterMicros the time until the request can succeed; 0 unless it was refused
   * @param resetAfterMicros the time until all permits are available again
   * @return the decision, from {@link Source#STORE}
   */
  public static StoreDecision of(
      Policy policy,
      Outcome outcome,
      long remaining,
      long retryAfterMicros,
      long resetAfterMicros) {
    return CountedDecision.ofOneLimit(
        policy, outcome, remaining, retryAfterMicros, resetAfterMicros);
  }

  /**
   * Returns a decision under a policy of one bucket, from the bucket's word after the decision. Its
   * numbers are computed when they are read.
   *
   * @param policy the policy; {@link Policy#wordBucket()} is its bucket
   * @param outcome the outcome of the request
   * @param permits the permits of the request
   * @param word the state after the decision
   * @param now the instant of the decision
   * @return the decision, from {@link Source#STORE}
   */
  public static StoreDecision ofWord(
      Policy policy, Outcome outcome, long permits, long word, long now) {
    return new WordDecision(policy, outcome, permits, word, now);
  }

  /**
   * Returns a decision under a policy of any number of limits.
   *
   * @param policy the policy
   * @param outcome the outcome of the request
   * @param binding the position of the limit that binds
   * @param retryAfterMicros the time until the request can succeed; 0 unless it was refused
   * @param remaining for each limit, the permits that are available now
   * @param resetAfterMicros for each limit, the time until all its permits are available again
   * @return the decision, from {@link Source#STORE}
   */
  public static StoreDecision of(
      Policy policy,
      Outcome outcome,
      int binding,
      long retryAfterMicros,
      long[] remaining,
      long[] resetAfterMicros) {
    return CountedDecision.ofLimits(
        policy, outcome, binding, retryAfterMicros, remaining, resetAfterMicros);
  }

  /**
   * Returns this decision with a grant.
   *
   * @param grant the permits that were granted before their use
   * @return the decision
   */
  public final StoreDecision withGrant(Grant grant) {
    return counted().with(source(), grant);
  }

  /**
   * Returns this decision without a grant: its permits are not the caller's to return.
   *
   * @return the decision
   */
  public final StoreDecision withoutGrant() {
    return counted().grant == null ? this : counted().with(source(), null);
  }

  /**
   * Returns this decision with another source.
   *
   * @param source what made the decision
   * @return the decision
   */
  public final StoreDecision withSource(Source source) {
    return counted().with(source, counted().grant);
  }

  /**
   * Returns this decision with more permits left under every limit.
   *
   * @param permits how many more, 0 or more
   * @return the decision
   */
  public final StoreDecision withMoreRemaining(long permits) {
    return counted().plus(permits);
  }

  /**
   * Returns this decision with a number of permits that were not charged; see {@link #uncounted()}.
   *
   * @param permits the number, 0 or more
   * @return the decision
   */
  public final StoreDecision withUncounted(long permits) {
    return permits == uncounted() ? this : counted().without(permits);
  }

  /**
   * Returns this decision for a key that is drained. It has no permits for a while, whatever its
   * limits have left; {@link #limits} still returns that.
   *
   * @param micros the time until the drain ends, 0 or more
   * @return the decision
   */
  public final StoreDecision withDrain(long micros) {
    return micros == 0 ? this : counted().drained(micros);
  }

  /**
   * Returns this decision as it is some time later: all times are shorter by that time.
   *
   * @param micros the time that has passed
   * @return the decision
   */
  public final StoreDecision after(long micros) {
    return counted().later(micros);
  }

  /** Returns this decision with all numbers computed. */
  abstract CountedDecision counted();

  /** Returns the time until the request can succeed; 0 unless it was refused. */
  abstract long retryMicros();

  /** Returns the time until all permits of every limit are available again. */
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

  /** Returns the position of the limit that binds. */
  abstract int binding();

  @Override
  public final Limit limit() {
    return policy.limits().get(binding());
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
      throw new IllegalStateException("the call can never succeed: " + this);
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
  public final long uncounted() {
    return counted().uncounted;
  }

  /**
   * Returns the time until the drain of the key ends.
   *
   * @return microseconds, 0 if the key is not drained
   */
  public final long drainedMicros() {
    return counted().drainedMicros;
  }

  /**
   * Returns the permits that were granted before their use.
   *
   * @return the grant of a lease, a reservation or a hold that was allowed
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

  /** Returns a text for people and logs. It does not contain the key. */
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
          "impossible under "
              + limit().text()
              + " of "
              + policy
              + ": the call exceeds the capacity";
    };
  }
}
