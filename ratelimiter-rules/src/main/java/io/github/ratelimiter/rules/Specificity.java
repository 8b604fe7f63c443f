package io.github.ratelimiter.rules;

import io.github.ratelimiter.rules.match.Condition;
import java.util.Comparator;
import java.util.function.Predicate;

/**
 * How specific a rule is: whether its condition or its key names a user, and whether it names a
 * path. A user with a path comes before a user, a user before a path, and a path before any other.
 */
final class Specificity {
  /** The most specific rule is the greatest; of equals, the first in a list is found by max. */
  static final Comparator<Rule> ORDER = Comparator.comparingInt(Specificity::of);

  private Specificity() {}

  private static int of(Rule rule) {
    boolean user =
        rule.key().stream().anyMatch(part -> isUser(part.kind()))
            || names(rule.match(), Specificity::isUser);
    boolean path =
        rule.key().stream().anyMatch(part -> part.kind() == KeyPart.Kind.ENDPOINT)
            || names(rule.match(), Condition.Path.class::isInstance);
    return (user ? 2 : 0) + (path ? 1 : 0);
  }

  private static boolean isUser(KeyPart.Kind kind) {
    return kind == KeyPart.Kind.USER || kind == KeyPart.Kind.API_KEY || kind == KeyPart.Kind.CLIENT;
  }

  private static boolean isUser(Condition condition) {
    return condition instanceof Condition.User || condition instanceof Condition.ApiKey;
  }

  private static boolean names(Condition condition, Predicate<Condition> kind) {
    return condition instanceof Condition.All all
        ? all.conditions().stream().anyMatch(each -> names(each, kind))
        : kind.test(condition);
  }
}
