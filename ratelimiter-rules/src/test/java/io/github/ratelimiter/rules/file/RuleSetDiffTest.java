package io.github.ratelimiter.rules.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.rules.file.RuleChange.Element;
import io.github.ratelimiter.rules.file.RuleChange.FieldChange;
import io.github.ratelimiter.rules.file.RuleChange.Kind;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The difference between two sets of rules")
class RuleSetDiffTest {
  private static final String RULE = "id: api, key: ip, limits: 5/min";

  private static String diff(String before, String after) {
    return RuleSetDiff.between(RuleText.parse(before), RuleText.parse(after)).toString();
  }

  private static String rules(String... rules) {
    return "rules: [{" + String.join("}, {", rules) + "}]\n";
  }

  @Test
  @DisplayName("has rules that were added, removed and changed")
  void rules() {
    assertThat(
            diff(
                rules("id: old, key: user, limits: 9/h", RULE),
                rules(
                    "id: api, key: [ip, method], limits: 10/min, percent: 20",
                    "id: new, key: ip, limits: 2/s, match: { path: [/a, '/b/**'], method: GET }")))
        .isEqualTo(
            """
            ~ rule 'api': key ip -> [ip, method], limits 5/min -> 10/min, percent 100 -> 20
            + rule 'new': match { path: [/a, /b/**], method: GET }, key ip, limits 2/s
            - rule 'old': key user, limits 9/h""");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "name: Api ~ name none -> Api",
        "priority: 5 ~ priority 100 -> 5",
        "state: draft ~ state active -> draft",
        "match: { user: 7 } ~ match none -> { user: 7 }",
        "tiers: { gold: 9/s } ~ tiers none -> { gold: 9/s }",
        "cost: { attribute: bytes } ~ cost 1 -> { attribute: bytes }",
        "action: shadow ~ action reject -> shadow",
        "action: throttle, max-wait: 2s ~ action reject -> throttle, max-wait none -> 2s",
        "failure-mode: refuse ~ failure-mode none -> refuse"
      })
  @DisplayName("has each value of a rule, with its default")
  void values(String value, String change) {
    assertThat(diff(rules(RULE), rules(RULE + ", " + value))).isEqualTo("~ rule 'api': " + change);
    assertThat(diff(rules(RULE + ", " + value), rules(RULE))).startsWith("~ rule 'api': ");
  }

  @Test
  @DisplayName("has the default rule, also if it gets another ID")
  void defaultRule() {
    assertThat(diff("{}", "default: { key: ip, limits: 5/s }"))
        .isEqualTo("+ default 'default': key ip, limits 5/s");
    assertThat(
            diff(
                "default: { key: ip, limits: 5/s }",
                "default: { id: other, key: ip, limits: 6/s }"))
        .isEqualTo("~ default 'other': id default -> other, limits 5/s -> 6/s");
  }

  @Test
  @DisplayName("has clients of lists, by their names, and only the beginning of an API key")
  void lists() {
    assertThat(
            diff(
                "lists: { deny: [{ user: 7 }, { user: 8, reason: scan }] }",
                """
                lists:
                  deny: [{ address: 10.0.0.0/8 }, { user: 8, reason: fraud }]
                  allow: [{ api-key: k1234567890, author: ops }]
                """))
        .isEqualTo(
            """
            + denied 10.0.0.0/8
            ~ denied user '8': reason scan -> fraud
            - denied user '7'
            + allowed API key 'k123...': author ops""");
  }

  @Test
  @DisplayName("has overrides and their ends; a second one for the same user is one of its own")
  void overrides() {
    String one = "overrides: [{ user: 7, rule: api, limits: 9/s }";
    assertThat(
            diff(
                rules(RULE) + one + "]",
                rules(RULE)
                    + one
                    + ", { user: 7, rule: api, limits: 99/s, until: 2026-12-24T00:00:00Z }]"))
        .isEqualTo("+ limits of user '7' for rule 'api': limits 99/s, until 2026-12-24T00:00:00Z");
    assertThat(diff(rules(RULE) + "users: { 7: { api: 8/s } }", rules(RULE) + one + "]"))
        .isEqualTo("~ limits of user '7' for rule 'api': limits 8/s -> 9/s");
  }

  @Test
  @DisplayName("has the combination, bans, and the order of rules")
  void settings() {
    String bans = "bans: { after: 9, within: 1min, first: 1min, longest: 1day }\n";
    assertThat(diff(rules(RULE), rules(RULE) + "combine: first\n" + bans))
        .isEqualTo(
            """
            ~ combine: all -> first
            + bans: after 9, within 1min, first 1min, longest 1day""");
    assertThat(diff(bans, bans.replace("9", "10"))).isEqualTo("~ bans: after 9 -> 10");
    assertThat(
            diff(
                rules(RULE, RULE.replace("api", "b"), RULE.replace("api", "c")),
                rules(RULE, RULE.replace("api", "c"), RULE.replace("api", "b"))))
        .isEqualTo("~ order: [b, c] -> [c, b]");
  }

  @Test
  @DisplayName("is empty for equal sets")
  void empty() {
    RuleSet set = RuleText.parse(rules(RULE));
    assertThat(RuleSetDiff.between(set, RuleText.parse(RuleText.write(set))).isEmpty()).isTrue();
    assertThat(RuleSetDiff.between(set, RuleSet.of()).isEmpty()).isFalse();
  }

  @Test
  @DisplayName("has its parts for programs")
  void parts() {
    assertThat(
            RuleSetDiff.between(
                    RuleText.parse(rules(RULE)), RuleText.parse(rules(RULE.replace("5", "6"))))
                .changes())
        .containsExactly(
            new RuleChange(
                Kind.CHANGED,
                Element.RULE,
                "api",
                List.of(new FieldChange("limits", Optional.of("5/min"), Optional.of("6/min")))));
  }
}
