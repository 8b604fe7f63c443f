package io.github.ratelimiter.rules;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.http.FailureMode;
import io.github.ratelimiter.rules.match.Condition;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Changes the values of a {@link Rule}; see {@link Rule#with}. Not thread-safe. */
public final class RuleBuilder {
  private final String id;
  private String name;
  private String description;
  private int priority;
  private RuleState state;
  private Condition match;
  private List<KeyPart> key;
  private Policy policy;
  private final Map<String, Policy> tiers;
  private RuleCost cost;
  private Set<Integer> countedStatuses;
  private RuleAction action;
  private Duration maxWait;
  private int percent;
  private Optional<FailureMode> failureMode;

  RuleBuilder(Rule rule) {
    this.id = rule.id();
    this.name = rule.name();
    this.description = rule.description();
    this.priority = rule.priority();
    this.state = rule.state();
    this.match = rule.match();
    this.key = rule.key();
    this.policy = rule.policy();
    this.tiers = new LinkedHashMap<>(rule.tiers());
    this.cost = rule.cost();
    this.countedStatuses = rule.countedStatuses();
    this.action = rule.action();
    this.maxWait = rule.maxWait();
    this.percent = rule.percent();
    this.failureMode = rule.failureMode();
  }

  /** Sets a short text for people. */
  public RuleBuilder name(String name) {
    this.name = name;
    return this;
  }

  /** Sets a text for people. */
  public RuleBuilder description(String description) {
    this.description = description;
    return this;
  }

  /** Sets the priority; rules with a lower number come first. Default: 100. */
  public RuleBuilder priority(int priority) {
    this.priority = priority;
    return this;
  }

  /** Sets whether the rule applies. Default: {@link RuleState#ACTIVE}. */
  public RuleBuilder state(RuleState state) {
    this.state = state;
    return this;
  }

  /** Sets which requests the rule matches. Default: all. */
  public RuleBuilder match(Condition match) {
    this.match = match;
    return this;
  }

  /** Sets what is counted. */
  public RuleBuilder key(KeyPart... key) {
    this.key = List.of(key);
    return this;
  }

  /** Sets the limits, for example {@code 100/min; 5000/day}. */
  public RuleBuilder limits(String limits) {
    this.policy = Policy.parse(id, limits);
    return this;
  }

  /** Sets other limits for a tier. */
  public RuleBuilder tier(String tier, String limits) {
    tiers.put(tier, Policy.parse(id, limits));
    return this;
  }

  /** Sets what a request costs. Default: 1. */
  public RuleBuilder cost(RuleCost cost) {
    this.cost = cost;
    return this;
  }

  /** Counts only requests with some status codes of their response. Default: all requests. */
  public RuleBuilder countStatus(Set<Integer> statuses) {
    this.countedStatuses = statuses;
    return this;
  }

  /** Sets what happens to a request that is not allowed. Default: {@link RuleAction#REJECT}. */
  public RuleBuilder action(RuleAction action) {
    this.action = action;
    return this;
  }

  /** Lets requests wait: {@link RuleAction#THROTTLE}, up to a time. */
  public RuleBuilder throttle(Duration maxWait) {
    this.action = RuleAction.THROTTLE;
    this.maxWait = maxWait;
    return this;
  }

  /** Sets the percentage of the keys to which the rule applies, 0 to 100. Default: 100. */
  public RuleBuilder percent(int percent) {
    this.percent = percent;
    return this;
  }

  /** Sets what happens if the store fails. Default: that of the application. */
  public RuleBuilder failureMode(FailureMode failureMode) {
    this.failureMode = Optional.of(failureMode);
    return this;
  }

  Rule build() {
    return new Rule(
        id,
        name,
        description,
        priority,
        state,
        match,
        key,
        policy,
        tiers,
        cost,
        countedStatuses,
        action,
        maxWait,
        percent,
        failureMode);
  }
}
