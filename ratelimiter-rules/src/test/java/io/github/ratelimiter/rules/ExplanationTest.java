package io.github.ratelimiter.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.http.HttpLimiter;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("An explanation")
class ExplanationTest extends RulesFixture {
  @Test
  @DisplayName("tells why a request is refused, and consumes nothing")
  void refused() {
    Rules rules =
        rules(
            RuleSet.of(
                Rule.of("login", "fixed-window 2/min", IP).with(rule -> rule.match(path("/login"))),
                Rule.of("users", "10/min", USER),
                Rule.of("trial", "1/min", GLOBAL).with(rule -> rule.action(RuleAction.SHADOW))));
    HttpLimiter http = http(rules);
    assertThat(allowed(http, TestRequest.get("/login"), 2)).isEqualTo(2);
    for (int i = 0; i < 3; i++) {
      Explanation explanation = rules.explain(TestRequest.get("/login"));
      assertThat(explanation.isAllowed()).isFalse();
      assertThat(explanation)
          .hasToString(
              "The request is refused, by version 1 of the rules. Rule 'login' limits"
                  + " ip:192.0.2.1 to fixed-window 2/min: fixed-window 2/min refuses, as the store"
                  + " says, for another 60 s. Rule 'users' matches, and does not apply: the"
                  + " request has no [user]. Rule 'trial' only counts, and limits global to 1/min:"
                  + " 1/min refuses, as the store says, for another 60 s.");
    }
  }

  @Test
  @DisplayName("tells what is left of the limits of a request that is allowed")
  void allowedRequest() {
    assertThat(
            rules(RuleSet.of(Rule.of("users", "10/min", USER)))
                .explain(TestRequest.get("/").withUser("42")))
        .hasToString(
            "The request is allowed, by version 1 of the rules. Rule 'users' limits user:42 to"
                + " 10/min: 10 left.");
    assertThat(rules(RuleSet.of()).explain(TestRequest.get("/")))
        .hasToString(
            "The request is allowed, by version 1 of the rules. No rule matches it, and there is"
                + " no default rule.");
  }

  @Test
  @DisplayName("tells which entry of a list denies a client")
  void denied() {
    ListEntry entry =
        new ListEntry(
            new ListEntry.User("42"),
            "scan",
            "ops",
            Optional.of(Instant.parse("2030-01-01T00:00:00Z")));
    RuleSet set = RuleSet.of().withLists(List.of(entry), List.of());
    Explanation explanation = rules(set).explain(TestRequest.get("/").withUser("42"));
    assertThat(explanation.isAllowed()).isFalse();
    assertThat(explanation)
        .hasToString(
            "The request is refused, by version 1 of the rules. Its client is denied (scan), by"
                + " ops, until 2030-01-01T00:00:00Z.");
  }
}
