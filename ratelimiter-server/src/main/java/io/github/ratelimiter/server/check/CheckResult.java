package io.github.ratelimiter.server.check;

import io.github.ratelimiter.JointDecision;
import io.github.ratelimiter.http.Admission;
import io.github.ratelimiter.http.Refusal;
import java.util.Map;
import java.util.Optional;

/**
 * The result of a check. Immutable.
 *
 * @param decision what the limits decided; empty if none applies, or they could not decide
 * @param refusal why the request is refused; empty if it is allowed
 * @param headers describe the decision to the client
 */
public record CheckResult(
    Optional<JointDecision> decision, Optional<Refusal> refusal, Map<String, String> headers) {
  /** Copies the map. */
  public CheckResult {
    headers = Map.copyOf(headers);
  }

  static CheckResult of(Admission admission) {
    return new CheckResult(admission.decision(), admission.refusal(), admission.headers());
  }

  /** Returns whether the request is allowed. */
  public boolean allowed() {
    return refusal.isEmpty();
  }
}
