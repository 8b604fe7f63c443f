package io.github.ratelimiter.rules.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.ratelimiter.rules.KeyPart;
import io.github.ratelimiter.rules.KeyPart.Kind;
import io.github.ratelimiter.rules.RandomRules;
import io.github.ratelimiter.rules.Rule;
import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.rules.match.Condition;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

@DisplayName("Rules that are written")
class RuleWritingTest {
  private static final List<String> TEXTS =
      List.of(
          "",
          "42",
          "yes",
          "true",
          "null",
          "~",
          "*",
          "\\*",
          "\\\\*",
          "<<",
          "a: b",
          " a ",
          "# a",
          "a\nb\n",
          "\u0000\u0085\uFEFF",
          "😀",
          "'\"",
          "- a",
          "{",
          "&a",
          "!x",
          "1e3",
          "é",
          "%");

  @RepeatedTest(300)
  @DisplayName("read back equal, whatever is in them")
  void readBackEqual(RepetitionInfo repetition) {
    RuleSet rules = new RandomRules(repetition.getCurrentRepetition(), TEXTS, 1).next();
    String text = RuleText.write(rules);
    assertThat(RuleText.parse(text)).isEqualTo(rules);
    assertThat(RuleText.write(RuleText.parse(text))).isEqualTo(text);
    assertThat(RuleText.parse(RuleText.writeJson(rules))).isEqualTo(rules);
  }

  @Test
  @DisplayName("can be written as JSON, on one line")
  void json() {
    assertThat(
            RuleText.writeJson(
                RuleText.parse(
                    """
                    rules:
                      - { id: a, key: ip, limits: 5/min, cost: 2, name: 'é"\\',
                          match: { path: [/a, /b], header: { x: "*" } } }
                      - { id: b, action: allow }
                    """)))
        .isEqualTo(
            "{\"rules\":[{\"id\":\"a\",\"name\":\"\\u00e9\\\"\\\\\","
                + "\"match\":{\"path\":[\"/a\",\"/b\"],\"header\":{\"x\":\"*\"}},"
                + "\"key\":[\"ip\"],\"limits\":\"5/min\",\"cost\":2},"
                + "{\"id\":\"b\",\"key\":[\"global\"],\"limits\":\"0/min\",\"action\":\"allow\"}]}");
  }

  @Test
  @DisplayName("look as a person would write them")
  void look() {
    assertThat(RuleText.write(RuleText.parse(RulesPage.examples().get(0))))
        .isEqualTo(
            """
            rules:
              - id: login
                name: Logins
                description: Slows down guessing of passwords
                priority: 10
                match: {method: POST, path: /login}
                key: [ip]
                limits: 5/min
              - id: api
                match:
                  path: [/api/**, /v2/**]
                  header:
                    X-Client: [android, ios]
                    X-Trace: '*'
                  query: {q: '*'}
                  not: {user: root}
                key: [user]
                limits: 100/min; 5000/day
                tiers: {premium: 1000/min}
                cost: {attribute: bytes}
                action: throttle
                max-wait: 2s
                percent: 10
                failure-mode: refuse
              - id: look-ups
                key: [ip]
                limits: fixed-window 20/h
                count:
                  status: [401, 404]
              - id: monitoring
                match: {address: 10.0.0.0/8}
                key: [global]
                limits: 0/min
                action: allow
            default:
              key: [ip]
              limits: 1000/h
            lists:
              deny:
                - {address: 203.0.113.0/24, reason: scan, author: ops, until: '2026-12-24T00:00:00Z'}
              allow:
                - {user: '7'}
                - {api-key: k1}
            overrides:
              - {user: '42', rule: api, limits: 1000/min}
              - {user: '43', rule: api, limits: 5000/min, reason: migration, author: ops, until: '2026-12-24T00:00:00Z'}
            bans: {after: 10, within: 1min, first: 1min, longest: 1day}
            new-keys: {limits: 100/h, ipv4-prefix: 32, ipv6-prefix: 64, refuse-above-memory: 80%}
            honeypots:
              paths: [/wp-admin/**, /.env]
              api-keys: [bait]
              users: [admin]
              ban: 1h
            """);
  }

  @Test
  @DisplayName("must have a form in a file")
  void withoutForm() {
    RuleSet rules =
        RuleSet.of(
            Rule.of("a", "5/min", new KeyPart(Kind.IP))
                .with(rule -> rule.match(new Condition.Method(Set.of()))));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RuleText.write(rules))
        .withMessageStartingWith("the rules cannot be written: ");
    assertThatIllegalArgumentException().isThrownBy(() -> RuleText.writeJson(rules));
  }
}
