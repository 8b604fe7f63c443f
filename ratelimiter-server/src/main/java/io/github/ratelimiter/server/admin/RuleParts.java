package io.github.ratelimiter.server.admin;

import io.github.ratelimiter.rules.Rule;
import io.github.ratelimiter.rules.match.Condition;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a rule names. */
final class RuleParts {
  private RuleParts() {}

  /** Returns the tiers that have limits of their own, or that a condition names. */
  static Set<String> tiers(Rule rule) {
    return Stream.concat(
            rule.tiers().keySet().stream(),
            conditions(rule.match())
                .filter(Condition.Tier.class::isInstance)
                .flatMap(tier -> ((Condition.Tier) tier).values().accepted().stream()))
        .collect(Collectors.toSet());
  }

  /** Returns the patterns of paths. */
  static List<String> paths(Rule rule) {
    return conditions(rule.match())
        .filter(Condition.Path.class::isInstance)
        .flatMap(path -> ((Condition.Path) path).patterns().stream())
        .map(Object::toString)
        .toList();
  }

  private static Stream<Condition> conditions(Condition condition) {
    if (condition instanceof Condition.All all) {
      return all.conditions().stream().flatMap(RuleParts::conditions);
    }
    return condition instanceof Condition.Not not
        ? conditions(not.condition())
        : Stream.of(condition);
  }
}
