package io.github.ratelimiter.rules;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.http.FailureMode;
import io.github.ratelimiter.rules.match.Condition;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A rule: which requests it matches, what is counted, and how much is allowed. Immutable.
 *
 * @param id names the rule, and the usage in the store; a name of a {@link Policy}
 * @param name a short text for people; empty if there is none
 * @param description a text for people; empty if there is none
 * @param priority rules with a lower number come first
 * @param state whether it applies
 * @param match which requests it matches
 * @param key what is counted; the parts together are the key
 * @param policy the limits; its name is the rule's id
 * @param tiers other limits for requests of a tier, by the name of the tier
 * @param cost what a request costs
 * @param countedStatuses the status codes of responses that count, for example 401: permits are
 *     reserved, and returned if the response has another one; empty to count all requests
 * @param action what happens to a request that the limits do not allow
 * @param maxWait how long a request may wait; zero unless the action is {@link RuleAction#THROTTLE}
 * @param percent the percentage of the keys to which the rule applies, 0 to 100, for a gradual
 *     rollout
 * @param failureMode what happens if the store fails; empty for the default of the application
 */
public record Rule(
    String id,
    String name,
    String description,
    int priority,
    RuleState state,
    Condition match,
    List<KeyPart> key,
    Policy policy,
    Map<String, Policy> tiers,
    RuleCost cost,
    Set<Integer> countedStatuses,
    RuleAction action,
    Duration maxWait,
    int percent,
    Optional<FailureMode> failureMode) {
  /** The priority of a rule that does not have one. */
  public static final int DEFAULT_PRIORITY = 100;

  /** Copies the collections. Throws {@link IllegalArgumentException} if a value is out of range. */
  public Rule {
    key = List.copyOf(key);
    tiers = Map.copyOf(tiers);
    countedStatuses = Set.copyOf(countedStatuses);
    require(!key.isEmpty(), id, "it has no key; for one counter of all requests use 'global'");
    require(policy.name().equals(id), id, "its policy is named '" + policy.name() + "'");
    for (Policy tier : tiers.values()) {
      require(tier.name().equals(id), id, "the policy of a tier is named '" + tier.name() + "'");
    }
    require(priority >= 0, id, "priority is " + priority + "; it must be 0 or more");
    require(percent >= 0 && percent <= 100, id, "percent is " + percent + "; it must be 0 to 100");
    for (int status : countedStatuses) {
      require(
          status >= 100 && status <= 599, id, "it counts status " + status + "; use 100 to 599");
    }
    require(
        countedStatuses.isEmpty() || action != RuleAction.THROTTLE,
        id,
        "it counts by status, and its action is 'throttle'; such a request cannot wait");
    require(!maxWait.isNegative(), id, "maxWait is " + maxWait + "; it must be zero or more");
    require(
        action == RuleAction.THROTTLE || maxWait.isZero(),
        id,
        "it has a maxWait, and its action is '" + action.text() + "'; only 'throttle' waits");
  }

  private static void require(boolean holds, String id, String problem) {
    if (!holds) {
      throw new IllegalArgumentException("rule '" + id + "': " + problem);
    }
  }

  /**
   * Returns an active rule that matches all requests.
   *
   * @param id names the rule
   * @param limits a policy, for example {@code 100/min; 5000/day}
   * @param key what is counted
   * @return a rule
   * @throws io.github.ratelimiter.PolicySyntaxException if the limits cannot be parsed
   * @throws IllegalArgumentException if there is no key, or the ID is not a name of a policy
   */
  public static Rule of(String id, String limits, KeyPart... key) {
    return new Rule(
        id,
        "",
        "",
        DEFAULT_PRIORITY,
        RuleState.ACTIVE,
        Condition.any(),
        List.of(key),
        Policy.parse(id, limits),
        Map.of(),
        RuleCost.ONE,
        Set.of(),
        RuleAction.REJECT,
        Duration.ZERO,
        100,
        Optional.empty());
  }

  /**
   * Returns this rule with other values.
   *
   * @param change changes a copy of the values
   * @return a rule
   * @throws IllegalArgumentException if a value is out of range
   */
  public Rule with(UnaryOperator<RuleBuilder> change) {
    return change.apply(new RuleBuilder(this)).build();
  }

  /**
   * Returns the limits for a tier.
   *
   * @param tier the name of the tier
   * @return the limits of the tier, if it has some of its own; otherwise those of the rule
   */
  public Policy policyOf(Optional<String> tier) {
    return tier.map(tiers::get).orElse(policy);
  }
}
