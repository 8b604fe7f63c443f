package io.github.ratelimiter.server.rest.compat;

import io.github.ratelimiter.server.check.CheckResult;
import io.github.ratelimiter.server.rest.CheckAnswer;
import io.github.ratelimiter.server.rest.CheckAnswer.RuleState;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;

/** What answers of checks have in common. */
final class CompatAnswers {
  private CompatAnswers() {}

  static CheckAnswer of(CheckResult result) {
    return CheckAnswer.of(result, Instant.now());
  }

  /** Returns the rule that refuses, otherwise the one of which the least remains. */
  static Optional<String> bindingRule(CheckAnswer answer) {
    return answer.rules().stream()
        .filter(RuleState::enforced)
        .min(
            Comparator.comparing((RuleState rule) -> rule.allowed())
                .thenComparingLong(RuleState::remaining))
        .map(RuleState::rule);
  }

  static Optional<Long> retryAfter(CheckAnswer answer) {
    return Optional.ofNullable(answer.error()).map(CheckAnswer.Error::retryAfter);
  }
}
