package io.github.ratelimiter;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a {@link Request}: allowed or refused, and the state after it. Immutable.
 *
 * <p>Examples are of a token bucket of 10/s with a burst of 10.
 */
public final class Decision {
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
  private final Source source;
  private final int binding;
  private final long remaining;
  private final long retryAfterMicros;
  private final long resetAfterMicros;
  private final long @Nullable [] statuses;
  private final @Nullable Grant grant;

  private Decision(
      Policy policy,
      Outcome outcome,
      Source source,
      int binding,
      long remaining,
      long retryAfterMicros,
      long resetAfterMicros,
      long @Nullable [] statuses,
      @Nullable Grant grant) {
    this.policy = policy;
    this.outcome = outcome;
    this.source = source;
    this.binding = binding;
    this.remaining = remaining;
    this.retryAfterMicros = retryAfterMicros;
    this.resetAfterMicros = resetAfterMicros;
    this.statuses = statuses;
    this.grant = grant;
  }

  /**
   * A decision under a policy of one limit. For stores.
   *
   * @param policy the policy
   * @param outcome what became of the request
   * @param remaining permits that could be taken now
   * @param retryAfterMicros how long until the request can succeed; 0 unless it was refused
   * @param resetAfterMicros how long until the key is as never used
   * @return the decision, from {@link Source#STORE}
   */
  public static Decision of(
      Policy policy,
      Outcome outcome,
      long remaining,
      long retryAfterMicros,
      long resetAfterMicros) {
    return new Decision(
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
   * A decision under a policy of any number of limits. For stores.
   *
   * @param policy the policy
   * @param outcome what became of the request
   * @param binding the position of the limit that binds
   * @param retryAfterMicros how long until the request can succeed; 0 unless it was refused
   * @param remaining for each limit, the permits that could be taken now
   * @param resetAfterMicros for each limit, how long until it is as never used
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
    return new Decision(
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
  public Decision withGrant(Grant grant) {
    return new Decision(
        policy,
        outcome,
        source,
        binding,
        remaining,
        retryAfterMicros,
        resetAfterMicros,
        statuses,
        grant);
  }

  /**
   * This decision as another source's. For stores.
   *
   * @param source where it came from
   * @return the decision
   */
  public Decision withSource(Source source) {
    return new Decision(
        policy,
        outcome,
        source,
        binding,
        remaining,
        retryAfterMicros,
        resetAfterMicros,
        statuses,
        grant);
  }

  /**
   * This decision with more permits left under every limit. For what holds permits for others.
   *
   * @param permits how many more, 0 or more
   * @return the decision
   */
  public Decision withMoreRemaining(long permits) {
    long[] more = statuses == null ? null : statuses.clone();
    for (int i = 0; more != null && i < more.length; i += 2) {
      more[i] += permits;
    }
    return new Decision(
        policy,
        outcome,
        source,
        binding,
        remaining + permits,
        retryAfterMicros,
        resetAfterMicros,
        more,
        grant);
  }

  /**
   * This decision some time after it was made, with as much less to wait. For what repeats it.
   *
   * @param micros the time that has passed
   * @return the decision
   */
  public Decision after(long micros) {
    long[] later = statuses == null ? null : statuses.clone();
    for (int i = 1; later != null && i < later.length; i += 2) {
      later[i] = Math.max(later[i] - micros, 0);
    }
    return new Decision(
        policy,
        outcome,
        source,
        binding,
        remaining,
        Math.max(retryAfterMicros - micros, 0),
        Math.max(resetAfterMicros - micros, 0),
        later,
        grant);
  }

  /**
   * Whether the caller may go on.
   *
   * @return true if the permits were granted
   */
  public boolean allowed() {
    return outcome == Outcome.ALLOWED;
  }

  /**
   * What became of the request. Asked for 11: {@link Outcome#IMPOSSIBLE}.
   *
   * @return allowed, refused for now, or refused for ever
   */
  public Outcome outcome() {
    return outcome;
  }

  /**
   * The policy that decided.
   *
   * @return the version that the request named
   */
  public Policy policy() {
    return policy;
  }

  /**
   * The limit that binds: of a refusal, the refusing limit that holds it up longest; otherwise the
   * limit with the fewest permits left.
   *
   * @return a limit of {@link #policy()}
   */
  public Limit limit() {
    return policy.limits().get(binding);
  }

  /**
   * The permits that could be taken now, under all limits together. Four of ten used: 6.
   *
   * @return permits, 0 or more
   */
  public long remaining() {
    return remaining;
  }

  /**
   * When the same request can succeed, if nothing else is taken: exactly then, not a microsecond
   * before. Refused with the bucket just emptied: 100 ms.
   *
   * @return zero if it was allowed; empty if it can never succeed
   */
  public Optional<Duration> retryAfter() {
    return outcome == Outcome.IMPOSSIBLE
        ? Optional.empty()
        : Optional.of(Periods.ofMicros(retryAfterMicros));
  }

  /**
   * {@link #retryAfter()} without the object.
   *
   * @return microseconds; 0 if it was allowed
   * @throws IllegalStateException if the request can never succeed
   */
  public long retryAfterMicros() {
    if (outcome == Outcome.IMPOSSIBLE) {
      throw new IllegalStateException("there is nothing to wait for: " + this);
    }
    return retryAfterMicros;
  }

  /**
   * When every limit is as for a key never used, if nothing more is taken. Four of ten used: 400
   * ms.
   *
   * @return zero if it is so now
   */
  public Duration resetAfter() {
    return Periods.ofMicros(resetAfterMicros);
  }

  /**
   * What each limit leaves, in the order of the policy.
   *
   * @return a list as long as {@code policy().limits()}
   */
  public List<LimitStatus> limits() {
    if (statuses == null) {
      return List.of(new LimitStatus(limit(), remaining, resetAfter()));
    }
    List<LimitStatus> list = new ArrayList<>();
    for (int i = 0; i < statuses.length / 2; i++) {
      Duration resetAfter = Periods.ofMicros(statuses[2 * i + 1]);
      list.add(new LimitStatus(policy.limits().get(i), statuses[2 * i], resetAfter));
    }
    return List.copyOf(list);
  }

  /**
   * Where the decision came from.
   *
   * @return {@link Source#STORE} unless something stands between the limiter and its store
   */
  public Source source() {
    return source;
  }

  /**
   * What was granted ahead of its use. For stores and what wraps them.
   *
   * @return the grant of a {@link Request.Lease} or {@link Request.Book} that was allowed
   */
  public Optional<Grant> grant() {
    return Optional.ofNullable(grant);
  }

  @Override
  public boolean equals(@Nullable Object o) {
    return o instanceof Decision other
        && policy.equals(other.policy)
        && outcome == other.outcome
        && source == other.source
        && binding == other.binding
        && retryAfterMicros == other.retryAfterMicros
        && limits().equals(other.limits())
        && Objects.equals(grant, other.grant);
  }

  @Override
  public int hashCode() {
    return Objects.hash(policy, outcome, remaining, retryAfterMicros, resetAfterMicros);
  }

  /** For people and logs: names no key. */
  @Override
  public String toString() {
    return switch (outcome) {
      case ALLOWED ->
          "allowed by " + policy + ", " + remaining + " remaining, full in " + resetAfter();
      case REFUSED ->
          "refused by "
              + limit().text()
              + " of "
              + policy
              + ", "
              + remaining
              + " remaining, retry in "
              + Periods.ofMicros(retryAfterMicros);
      case IMPOSSIBLE ->
          "refused for ever by "
              + limit().text()
              + " of "
              + policy
              + ": more than a call can be granted";
    };
  }
}
