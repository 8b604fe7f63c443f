package io.github.ratelimiter.rules;

import java.util.Objects;
import java.util.Optional;

/**
 * Something in a set of rules, or in what they run on, that is probably a mistake. Immutable.
 *
 * @param check the name of the check, for example {@code never-binds}
 * @param rule the ID of the rule; empty if it is about a list of clients, or about no rule
 * @param sentence what it is, for people
 */
public record Finding(String check, Optional<String> rule, String sentence) {
  private static final String PAGE =
      "https://github.com/ratelimiter/ratelimiter/blob/main/docs/rules.md#";

  /** Throws {@link NullPointerException} if a value is null. */
  public Finding {
    Objects.requireNonNull(check, "check");
    Objects.requireNonNull(rule, "rule");
    Objects.requireNonNull(sentence, "sentence");
  }

  /**
   * Returns where the check is explained.
   *
   * @return a link
   */
  public String link() {
    return PAGE + check;
  }

  /** Returns the rule, the sentence and the link. */
  @Override
  public String toString() {
    return "%s%s [%s]".formatted(rule.map("rule '%s': "::formatted).orElse(""), sentence, link());
  }
}
