package io.github.ratelimiter.rules;

import io.github.ratelimiter.Policy;
import java.time.Instant;
import java.util.Optional;

/**
 * Limits of a user's own, in place of those of a rule and of the tier. Immutable.
 *
 * @param user the authenticated user
 * @param rule the ID of the rule
 * @param policy the limits; its name is the rule's ID, so usage is kept
 * @param reason why, for people; empty if it is not told
 * @param author who made it; empty if it is not told
 * @param until when it ends; empty if it does not
 */
public record LimitOverride(
    String user,
    String rule,
    Policy policy,
    String reason,
    String author,
    Optional<Instant> until) {
  /** Throws {@link IllegalArgumentException} if the policy has another name than the rule. */
  public LimitOverride {
    if (!policy.name().equals(rule)) {
      throw new IllegalArgumentException(
          "the policy is named '%s', and the rule '%s'".formatted(policy.name(), rule));
    }
  }

  /**
   * Returns whether it applies at a time.
   *
   * @param now the time
   * @return false from its end on
   */
  public boolean appliesAt(Instant now) {
    return until.isEmpty() || now.isBefore(until.get());
  }
}
