package io.github.ratelimiter.cli.rules;

import java.util.List;
import java.util.Optional;

/**
 * What rules did to a request.
 *
 * @param counted the rules that counted it, with their keys
 * @param refusedBy the rule that a refusal names; empty if the request was not refused
 * @param delayedBy the rule for which the request had to wait; empty if it did not
 * @param shadowRefusals the rules in shadow that would have refused it
 */
record Outcome(
    List<RuleKey> counted,
    Optional<RuleKey> refusedBy,
    Optional<RuleKey> delayedBy,
    List<String> shadowRefusals) {
  /** A request that no rule counted. */
  static final Outcome UNLIMITED =
      new Outcome(List.of(), Optional.empty(), Optional.empty(), List.of());

  /**
   * A rule and what it counted.
   *
   * @param rule its ID
   * @param key a bounded text
   */
  record RuleKey(String rule, String key) {}

  boolean isRefused() {
    return refusedBy.isPresent();
  }
}
