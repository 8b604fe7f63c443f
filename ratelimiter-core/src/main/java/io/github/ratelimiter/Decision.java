package io.github.ratelimiter;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a {@link Request}: allowed or refused, and the state after it. Immutable.
 *
 * <p>Examples are of a token bucket of 10/s with a burst of 10.
 */
public abstract sealed class Decision permits CountedDecision, WordDecision {
  /** What became of a request. */
  public enum Outcome {
    /** It was carried out; what it asked for has been taken. */
    ALLOWED,

    /** It was refused, nothing was taken, and the same request can succeed later. */
    REFUSED,

    /** It was refused and can never succeed: it asks for more than a limit ever holds. */
    IMPOSSIBLE
  }

  private final Policy policy;
  private final Outcome outcome;

  Decision(Policy policy, Outcome outcome) {
    this.policy = policy;
    this.outcome = outcome;
  }

  /**
   * A decision under a policy of one limit. For stores.
   *
   * @param policy the policy
   * @param outcome what became of the request
   * @param remaining permits that could be taken now
   * @param retryAfterMicros how long until the request can succeed; 0 unless it was refused
   * @param resetAfterMicros how long until all permits are available again
   * @return the decision, from {@link Source#STORE}
   */
  public static Decision of(
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
   * not worked out. For stores.
   *
   * @param policy the policy; {@link Policy#wordBucket()} is its bucket
   * @param outcome what became of the request
   * @param permits what was asked for
   * @param word the state after it
   * @param now the instant of the decision
   * @return the decision, from {@link Source#STORE}
   */
  public static Decision ofWord(Policy policy, Outcome outcome, long permits, long word, long now) {
    return new WordDecision(policy, outcome, permits, word, now);
  }

  /**
   * A decision under a policy of any number of limits. For stores.
   *
   * @param policy the policy
   * @param outcome what became of the request
   * @param binding the position of the limit that binds
   * @param retryAfterMicros how long until the request can succeed; 0 unless it was refused
   * @param remaining for each limit, the permits that could be taken now
   * @param resetAfterMicros for each limit, how long until all its permits are available again
   * @return the decision, from {@link Source#STORE}
   */
  public static Decision of(
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
   * This decision with what was granted ahead of its use. For stores.
   *
   * @param grant the grant
   * @return the decision
   */
  public final Decision withGrant(Grant grant) {
    return counted().with(source(), grant);
  }

  /**
   * This decision as another source's. For stores.
   *
   * @param source where it came from
   * @return the decision
   */
  public final Decision withSource(Source source) {
    return counted().with(source, counted().grant);
  }

  /**
   * This decision with more permits left under every limit. For what holds permits for others.
   *
   * @param permits how many more, 0 or more
   * @return the decision
   */
  public final Decision withMoreRemaining(long permits) {
    return counted().plus(permits);
  }

  /**
   * This decision some time after it was made, with as much less to wait. For what repeats it.
   *
   * @param micros the time that has passed
   * @return the decision
   */
  public final Decision after(long micros) {
    return counted().later(micros);
  }

  /** All numbers of this decision. */
  abstract CountedDecision counted();

  /** How long until the request can succeed; 0 unless it was refused. */
  abstract long retryMicros();

  /** How long until all permits of every limit are available again. */
  abstract long resetMicros();

  /**
   * Whether the caller may go on.
   *
   * @return true if the permits were granted
   */
  public final boolean allowed() {
    return outcome == Outcome.ALLOWED;
  }

  /**
   * What became of the request. Asked for 11: {@link Outcome#IMPOSSIBLE}.
   *
   * @return allowed, refused for now, or refused for ever
   */
  public final Outcome outcome() {
    return outcome;
  }

  /**
   * The policy that decided.
   *
   * @return the version that the request named
   */
  public final Policy policy() {
    return policy;
  }

  /**
   * The limit that binds: of a refusal, the refusing limit that holds it up longest; otherwise the
   * limit with the fewest permits left.
   *
   * @return a limit of {@link #policy()}
   */
  public final Limit limit() {
    return policy.limits().get(counted().binding);
  }

  /**
   * The permits that could be taken now, under all limits together. Four of ten used: 6.
   *
   * @return permits, 0 or more
   */
  public abstract long remaining();

  /**
   * When the same request can succeed, if nothing else is taken: exactly then, not a microsecond
   * before. Refused with the bucket just emptied: 100 ms.
   *
   * @return zero if it was allowed; empty if it can never succeed
   */
  public final Optional<Duration> retryAfter() {
    return outcome == Outcome.IMPOSSIBLE
        ? Optional.empty()
        : Optional.of(Periods.ofMicros(retryMicros()));
  }

  /**
   * {@link #retryAfter()} without the object.
   *
   * @return microseconds; 0 if it was allowed
   * @throws IllegalStateException if the request can never succeed
   */
  public final long retryAfterMicros() {
    if (outcome == Outcome.IMPOSSIBLE) {
      throw new IllegalStateException("there is nothing to wait for: " + this);
    }
    return retryMicros();
  }

  /**
   * When all permits of every limit are available again, if nothing more is taken. Four of ten
   * used: 400 ms.
   *
   * @return zero if it is so now
   */
  public final Duration resetAfter() {
    return Periods.ofMicros(resetMicros());
  }

  /**
   * What each limit leaves, in the order of the policy.
   *
   * @return a list as long as {@code policy().limits()}
   */
  public final List<LimitStatus> limits() {
    return counted().statusOfEach();
  }

  /**
   * Where the decision came from.
   *
   * @return {@link Source#STORE} unless something stands between the limiter and its store
   */
  public final Source source() {
    return counted().source;
  }

  /**
   * What was granted ahead of its use. For stores and what wraps them.
   *
   * @return the grant of a {@link Request.Lease} or {@link Request.Book} that was allowed
   */
  public final Optional<Grant> grant() {
    return Optional.ofNullable(counted().grant);
  }

  @Override
  public final boolean equals(@Nullable Object o) {
    return o instanceof Decision other && counted().same(other.counted());
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
