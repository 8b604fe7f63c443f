package io.github.ratelimiter.http;

import io.github.ratelimiter.JointLimiter;
import java.time.Duration;
import java.util.Optional;

/**
 * What one request takes of one limit. Immutable.
 *
 * @param part the limiter, the key and the permits
 * @param responseCost decides after the response how many of these permits were used; empty if all
 *     of them are
 * @param maxWait how long the request may wait if this limit refuses it, zero or more
 * @param failureMode what happens if the store fails; empty for that of the {@link HttpLimiter}
 */
public record RequestCharge(
    JointLimiter.Part part,
    Optional<ResponseCost> responseCost,
    Duration maxWait,
    Optional<FailureMode> failureMode) {
  /**
   * Creates a charge that does not depend on the response and does not wait.
   *
   * @param part the limiter, the key and the permits
   */
  public RequestCharge(JointLimiter.Part part) {
    this(part, Optional.empty());
  }

  /**
   * Creates a charge that does not wait.
   *
   * @param part the limiter, the key and the permits
   * @param responseCost decides after the response how many of these permits were used; empty if
   *     all of them are
   */
  public RequestCharge(JointLimiter.Part part, Optional<ResponseCost> responseCost) {
    this(part, responseCost, Duration.ZERO, Optional.empty());
  }

  /** Returns a text for logs. It does not contain the key. */
  @Override
  public String toString() {
    return part.toString();
  }
}
