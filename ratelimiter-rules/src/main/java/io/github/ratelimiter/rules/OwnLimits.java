package io.github.ratelimiter.rules;

import io.github.ratelimiter.Policy;
import java.util.Optional;

/**
 * Finds limits that users have of their own, for more users than the {@linkplain RuleSet#overrides
 * overrides} of a set of rules can hold: for example those that customers have bought. Must be
 * thread-safe.
 *
 * <p>The limits of a request are the first of these: an override of the rule set that applies,
 * limits that this source finds, those of the tier, those of the rule. An override comes first,
 * because it is made by hand for one case, and has a reason and an end.
 *
 * <p>It is asked on the thread of the request, for each rule that matches a request of a user. So
 * it must not block: keep the limits in memory. If it throws, the user has the limits of the tier
 * or of the rule, and the log says so.
 */
@FunctionalInterface
public interface OwnLimits {
  /** No user has limits of his own. */
  OwnLimits NONE = (user, rule) -> Optional.empty();

  /**
   * Returns the limits of a user for a rule.
   *
   * @param user the authenticated user
   * @param rule a rule that matches his request
   * @return the limits; their name is that of the policy of the rule, so usage is kept, and any
   *     other name is replaced by it; empty if the user has none for this rule
   */
  Optional<Policy> of(String user, Rule rule);
}
