package io.github.ratelimiter.server.rest.compat;

import io.github.ratelimiter.server.check.CheckResult;
import io.github.ratelimiter.server.check.RuleChecks;
import io.github.ratelimiter.server.rest.Problem;
import io.github.ratelimiter.server.rest.ProblemException;

/** Checks a client against a rule that the caller names. */
final class OneRule {
  private OneRule() {}

  /**
   * Takes a permit.
   *
   * @param field the name of the parameter that has the rule
   * @throws ProblemException if there is no such rule, or it needs more than the client
   */
  static CheckResult check(RuleChecks checks, String rule, String client, String field) {
    try {
      return checks
          .check(rule, client)
          .orElseThrow(
              () ->
                  new ProblemException(
                      Problem.of(
                          404,
                          "There is no such rule",
                          "%s: there is no active rule '%s'".formatted(field, rule))));
    } catch (IllegalArgumentException e) {
      throw ProblemException.badField(field, "%s: %s".formatted(field, e.getMessage()));
    }
  }
}
