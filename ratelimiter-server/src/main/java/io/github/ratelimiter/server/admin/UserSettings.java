package io.github.ratelimiter.server.admin;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.PolicySyntaxException;
import io.github.ratelimiter.rules.Rule;
import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.rules.Rules;
import io.github.ratelimiter.server.users.User;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Checks what is to be stored of a user. Thread-safe. */
public final class UserSettings {
  private static final int LONGEST_TIER = 64;
  private static final int MOST_LIMITS = 1_000;
  private static final int LONGEST_LIMITS = 1_000;

  private final Rules rules;

  /** Creates it. */
  public UserSettings(Rules rules) {
    this.rules = rules;
  }

  /**
   * Returns settings.
   *
   * @param tier the tier, if there is one
   * @param limits policies by the IDs of rules, or by {@link User#EVERY_RULE}
   * @throws BadFormException if there are mistakes
   */
  public User.Settings of(@Nullable String tier, Map<String, @Nullable String> limits) {
    List<FormMistake> mistakes = new ArrayList<>();
    if (tier != null && (tier.isBlank() || tier.length() > LONGEST_TIER || hasNul(tier))) {
      mistakes.add(
          new FormMistake(
              "tier",
              "expected 1 to %d characters; leave it out if there is none"
                  .formatted(LONGEST_TIER)));
    }
    if (limits.size() > MOST_LIMITS) {
      mistakes.add(
          new FormMistake(
              "limits", "found %d, at most %d work".formatted(limits.size(), MOST_LIMITS)));
    }
    Map<String, String> valid = new TreeMap<>();
    limits.forEach(
        (rule, text) ->
            problem(rule, text)
                .ifPresentOrElse(
                    problem -> mistakes.add(new FormMistake("limits." + rule, problem)),
                    () -> valid.put(rule, String.valueOf(text))));
    if (!mistakes.isEmpty()) {
      throw new BadFormException(mistakes);
    }
    return new User.Settings(Optional.ofNullable(tier), valid);
  }

  private static boolean hasNul(String text) {
    return text.indexOf('\0') >= 0;
  }

  private Optional<String> problem(String rule, @Nullable String text) {
    RuleSet set = rules.version().rules();
    if (!rule.equals(User.EVERY_RULE) && set.rule(rule).isEmpty()) {
      return Optional.of(
          "there is no rule '%s'; there are %s, and * for all rules that count users"
              .formatted(rule, names(set)));
    }
    if (text == null || text.length() > LONGEST_LIMITS) {
      return Optional.of("expected limits, for example 500/min");
    }
    try {
      var unused = Policy.parse("limits", text);
      return Optional.empty();
    } catch (PolicySyntaxException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /** Names some of the rules. */
  private static String names(RuleSet set) {
    return String.join(
        ", ",
        Stream.concat(set.rules().stream(), set.defaultRule().stream())
            .map(Rule::id)
            .limit(20)
            .toList());
  }
}
