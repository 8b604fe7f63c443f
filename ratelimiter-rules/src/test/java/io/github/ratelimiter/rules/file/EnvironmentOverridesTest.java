package io.github.ratelimiter.rules.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.ratelimiter.rules.BanPolicy;
import io.github.ratelimiter.rules.Combination;
import io.github.ratelimiter.rules.KeyPart;
import io.github.ratelimiter.rules.KeyPart.Kind;
import io.github.ratelimiter.rules.Rule;
import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.rules.RuleState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("An environment variable")
class EnvironmentOverridesTest {
  private static final String FILE =
      """
      rules:
        - { id: login, key: ip, limits: 5/min }
        - { id: pay/v1.0, key: ip, limits: 5/min, tiers: { premium: 50/min } }
      """;

  private static RuleSet read(String name, String value) {
    return RuleText.parse("the file", FILE, Map.of(name, value));
  }

  private static List<String> mistakes(String file, Map<String, String> environment) {
    return catchThrowableOfType(
            RuleFileException.class, () -> RuleText.parse("the file", file, environment))
        .mistakes()
        .stream()
        .map(Mistake::toString)
        .toList();
  }

  @Test
  @DisplayName("replaces a value of a rule, and adds one that is not there")
  void rule() {
    assertThat(read("RATELIMITER_RULES_LOGIN_LIMITS", "10/min").rule("login"))
        .contains(Rule.of("login", "10/min", new KeyPart(Kind.IP)));
    assertThat(read("RATELIMITER_RULES_LOGIN_STATE", "suspended").rule("login").map(Rule::state))
        .contains(RuleState.SUSPENDED);
    assertThat(read("RATELIMITER_RULES_PAY_V1_0_PERCENT", "10").rule("pay/v1.0").map(Rule::percent))
        .contains(10);
  }

  @Test
  @DisplayName("replaces the limits of a tier")
  void tier() {
    assertThat(
            read("RATELIMITER_RULES_PAY_V1_0_TIERS_PREMIUM", "70/min")
                .rule("pay/v1.0")
                .orElseThrow()
                .tiers()
                .get("premium")
                .text())
        .isEqualTo("70/min");
  }

  @Test
  @DisplayName("replaces what is not in a rule")
  void others() {
    assertThat(read("RATELIMITER_COMBINE", "first").combination()).isEqualTo(Combination.FIRST);
    RuleSet rules =
        RuleText.parse(
            "the file",
            FILE,
            Map.of(
                "RATELIMITER_DEFAULT_LIMITS", "7/h",
                "RATELIMITER_DEFAULT_KEY", "ip",
                "RATELIMITER_BANS_AFTER", "9",
                "RATELIMITER_BANS_WITHIN", "1min",
                "RATELIMITER_BANS_FIRST", "2min",
                "RATELIMITER_BANS_LONGEST", "1h"));
    assertThat(rules.defaultRule()).contains(Rule.of("default", "7/h", new KeyPart(Kind.IP)));
    assertThat(rules.bans())
        .contains(
            new BanPolicy(9, Duration.ofMinutes(1), Duration.ofMinutes(2), Duration.ofHours(1)));
  }

  @Test
  @DisplayName("does not change the rule that shares a part with another by an alias")
  void alias() {
    RuleSet rules =
        RuleText.parse(
            "the file",
            """
            rules:
              - { id: a, key: ip, limits: 5/min, tiers: &tiers { premium: 50/min } }
              - { id: b, key: ip, limits: 5/min, tiers: *tiers }
            """,
            Map.of("RATELIMITER_RULES_A_TIERS_PREMIUM", "70/min"));
    assertThat(rules.rules())
        .extracting(rule -> rule.tiers().get("premium").text())
        .containsExactly("70/min", "50/min");
  }

  @Test
  @DisplayName("is named where its value is a mistake")
  void mistake() {
    assertThat(mistakes(FILE, Map.of("RATELIMITER_RULES_LOGIN_LIMITS", "10/m")))
        .containsExactly(
            "environment variable RATELIMITER_RULES_LOGIN_LIMITS: policy \"10/m\", at character 4:"
                + " found 'm', expected a unit (ms, s, min, h or day); a minute is min");
    assertThat(mistakes(FILE, Map.of("RATELIMITER_DEFAULT_LIMITS", "10/min")))
        .containsExactly(
            "environment variable RATELIMITER_DEFAULT_LIMITS: 'key' is missing, for example key: ip");
  }

  @Test
  @DisplayName("that names no value is a mistake")
  void unknown() {
    assertThat(
            mistakes(
                FILE,
                Map.of(
                    "RATELIMITER_RULES_LOGN_LIMITS", "10/min",
                    "RATELIMITER_RULE_LOGIN_LIMITS", "10/min",
                    "RATELIMITER_RULES_SEARCH_KEY_AND_MORE", "ip")))
        .containsExactly(
            "environment variable RATELIMITER_RULES_LOGN_LIMITS: the file has no such value; did you"
                + " mean RATELIMITER_RULES_LOGIN_LIMITS?",
            "environment variable RATELIMITER_RULES_SEARCH_KEY_AND_MORE: the file has no such value;"
                + " write RATELIMITER_RULES_, the ID of a rule and a field of it",
            "environment variable RATELIMITER_RULE_LOGIN_LIMITS: the file has no such value; did you"
                + " mean RATELIMITER_RULES_LOGIN_LIMITS?");
  }

  @Test
  @DisplayName("that names two values is a mistake")
  void ambiguous() {
    assertThat(
            mistakes(
                "rules: [{ id: a-b, key: ip, limits: 5/s }, { id: a.b, key: ip, limits: 5/s }]",
                Map.of("RATELIMITER_RULES_A_B_LIMITS", "10/min")))
        .containsExactly(
            "environment variable RATELIMITER_RULES_A_B_LIMITS: it is the name of 2 values; give one"
                + " of the rules another ID");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "RATELIMITER_SERVICE_HOST",
        "RATELIMITER_PORT_80_TCP",
        "RATELIMITER_REDIS_URI",
        "PATH"
      })
  @DisplayName("that is not for rules is ignored")
  void ignored(String name) {
    assertThat(read(name, "x")).isEqualTo(RuleText.parse(FILE));
  }

  @Test
  @DisplayName("of the page replaces a value of the page's example")
  void page() {
    String example = RulesPage.examples().get(0);
    Map<String, String> variables =
        RulesPage.variables().stream()
            .filter(row -> !row.written().equals("RATELIMITER_RULES_LOGIN_MAX_WAIT"))
            .collect(Collectors.toMap(RulesPage.Row::written, RulesPage.Row::message));
    RuleSet rules = RuleText.parse("the page", example, variables);
    assertThat(rules.combination()).isEqualTo(Combination.FIRST);
    assertThat(rules.rule("login").map(rule -> rule.policy().text())).contains("10/min");
    assertThat(rules.rule("default").map(rule -> rule.policy().text())).contains("500/h");
    assertThat(rules.bans())
        .contains(
            new BanPolicy(20, Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofDays(1)));
  }
}
