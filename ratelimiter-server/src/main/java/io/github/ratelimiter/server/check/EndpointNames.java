package io.github.ratelimiter.server.check;

import io.github.ratelimiter.http.Refusal;
import io.github.ratelimiter.rules.Rules;
import io.github.ratelimiter.rules.match.PathPattern;
import io.github.ratelimiter.rules.match.Subject;
import io.github.ratelimiter.rules.match.Subjects;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Names the endpoint of a rejected check: by the pattern of the rule that rejects it, so that
 * {@code /orders/1} and {@code /orders/2} are one, otherwise by its path. Thread-safe.
 */
public final class EndpointNames implements BiFunction<CheckedRequest, CheckResult, String> {
  private static final Subjects SUBJECTS = Subjects.builder().build();

  private final Rules rules;

  /** Creates names by the rules in force. */
  public EndpointNames(Rules rules) {
    this.rules = rules;
  }

  @Override
  public String apply(CheckedRequest request, CheckResult result) {
    Subject subject = SUBJECTS.of(request);
    return result
        .refusal()
        .flatMap(refusal -> pattern(refusal, subject))
        .map(PathPattern::toString)
        .orElseGet(request::path);
  }

  private Optional<PathPattern> pattern(Refusal refusal, Subject subject) {
    return refusal.violatedPolicies().stream()
        .map(EndpointNames::ruleOf)
        .flatMap(id -> rules.version().rules().rule(id).stream())
        .flatMap(rule -> rule.match().matchedPattern(subject).stream())
        .findFirst();
  }

  /** A policy with several limits has names such as {@code api:2}. */
  private static String ruleOf(String policy) {
    int number = policy.indexOf(':');
    return number < 0 ? policy : policy.substring(0, number);
  }
}
