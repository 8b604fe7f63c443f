package io.github.ratelimiter.rules;

import io.github.ratelimiter.Key;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.rules.CompiledRules.Chosen;
import io.github.ratelimiter.rules.Explanation.Effect;
import io.github.ratelimiter.rules.match.Subject;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tells what the rules do to one request, for decisions and for explanations. Immutable.
 *
 * <p>A path with an encoded slash can be read in several ways. The rules are combined once for each
 * reading. A rule that counts the request in one reading counts it, so no spelling of a path
 * exempts a request from a rule, or puts a lax rule before a strict one.
 */
final class RuleEffects {
  private final RuleKeys keys;
  private final CompiledRules rules;
  private final Subject request;
  private final Instant now;
  private final boolean shadowed;

  RuleEffects(RuleKeys keys, CompiledRules rules, Subject request, Instant now, boolean shadowed) {
    this.keys = keys;
    this.rules = rules;
    this.request = request;
    this.now = now;
    this.shadowed = shadowed;
  }

  /**
   * What one rule does.
   *
   * @param key what it counts; present if the rule applies or shadows
   */
  record RuleEffect(Rule rule, Effect effect, Optional<Key> key, Chosen limits, long cost) {
    Policy policy() {
      return limits.policy();
    }

    /** Returns whether the rule counts the request. */
    boolean counts() {
      return effect == Effect.APPLIES || effect == Effect.SHADOWS;
    }
  }

  /** Returns what each rule does that matches the request, or the default rule. */
  List<RuleEffect> all() {
    List<Subject> readings = request.readings();
    if (readings.size() == 1) {
      return of(readings.get(0));
    }
    Map<String, RuleEffect> byRule = new LinkedHashMap<>();
    for (Subject reading : readings) {
      for (RuleEffect effect : of(reading)) {
        byRule.merge(
            effect.rule().id(),
            effect,
            (one, other) -> !one.counts() && other.counts() ? other : one);
      }
    }
    return List.copyOf(byRule.values());
  }

  private List<RuleEffect> of(Subject reading) {
    List<Rule> matching = rules.matching(reading);
    List<Rule> applying = rules.applying(matching);
    if (matching.isEmpty() || applying.size() == matching.size()) {
      return applying.stream().map(rule -> of(rule, reading)).toList();
    }
    return matching.stream()
        .map(rule -> applying.contains(rule) ? of(rule, reading) : later(rule, reading))
        .toList();
  }

  private RuleEffect of(Rule rule, Subject reading) {
    long cost = cost(rule);
    Optional<Key> key = keys.of(rule, reading);
    return new RuleEffect(
        rule, effect(rule, key, cost), key, rules.policyOf(rule, reading, now), cost);
  }

  /** Another rule comes first. */
  private RuleEffect later(Rule rule, Subject reading) {
    Chosen limits = rules.policyOf(rule, reading, now);
    return new RuleEffect(rule, Effect.COMES_LATER, Optional.empty(), limits, cost(rule));
  }

  private Effect effect(Rule rule, Optional<Key> key, long cost) {
    if (rule.action() == RuleAction.ALLOW) {
      return Effect.ALLOWS;
    }
    if (cost == 0) {
      return Effect.COSTS_NOTHING;
    }
    if (key.isEmpty()) {
      return Effect.HAS_NO_KEY;
    }
    if (!Rollout.includes(rule, key.get())) {
      return Effect.IS_NOT_ROLLED_OUT;
    }
    return shadowed || rule.action() == RuleAction.SHADOW ? Effect.SHADOWS : Effect.APPLIES;
  }

  /** A product that is too large counts as the largest number: no limit ever allows it. */
  private long cost(Rule rule) {
    long ofRule = costUnder(rule);
    long times = request.cost();
    return ofRule > Long.MAX_VALUE / times ? Long.MAX_VALUE : ofRule * times;
  }

  private long costUnder(Rule rule) {
    return rule.cost() instanceof RuleCost.FromAttribute attribute
        ? request.attribute(attribute.name()).flatMap(RuleEffects::number).orElse(1L)
        : ((RuleCost.Fixed) rule.cost()).permits();
  }

  private static Optional<Long> number(Object value) {
    try {
      long number = value instanceof Number n ? n.longValue() : Long.parseLong(value.toString());
      return number < 0 ? Optional.empty() : Optional.of(number);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
