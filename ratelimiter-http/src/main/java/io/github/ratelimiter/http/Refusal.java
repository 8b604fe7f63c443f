package io.github.ratelimiter.http;

import io.github.ratelimiter.JointDecision;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Why a request is refused.
 *
 * @param type the kind of refusal, which has the status code
 * @param retryAfter the time until the same request can succeed, if no other permits are taken;
 *     empty if that is not known, or never
 * @param violatedPolicies the names of the policies that refuse, as in the {@code RateLimit-Policy}
 *     header; empty if no limiter has decided
 * @param decision the decision; empty if the client is denied, or a limiter has failed
 */
public record Refusal(
    ProblemType type,
    Optional<Duration> retryAfter,
    List<String> violatedPolicies,
    Optional<JointDecision> decision) {
  /** Copies the list. */
  public Refusal {
    violatedPolicies = List.copyOf(violatedPolicies);
  }

  /**
   * Returns {@link #retryAfter} as the value of a {@code Retry-After} header. It is rounded up, so
   * a client that waits as long is not too early.
   *
   * @return seconds
   */
  public Optional<Long> retryAfterSeconds() {
    return retryAfter.map(Seconds::roundedUp);
  }
}
