package io.github.ratelimiter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.http.DescribedRequest;
import io.github.ratelimiter.http.HttpLimiter;
import io.github.ratelimiter.http.HttpRequest;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.rules.Explanation;
import io.github.ratelimiter.rules.KeyPart;
import io.github.ratelimiter.rules.KeyPart.Kind;
import io.github.ratelimiter.rules.Rule;
import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.rules.RuleVersion;
import io.github.ratelimiter.rules.Rules;
import io.github.ratelimiter.rules.file.RuleSetDiff;
import io.github.ratelimiter.rules.match.Condition;
import io.github.ratelimiter.rules.match.PathPattern;
import io.github.ratelimiter.testkit.ManualTimeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

class RulesTest {
  private final LocalStateStore store =
      LocalStateStore.builder().timeSource(ManualTimeSource.create()).build();

  @Test
  void howDoIUseRules() {
    RuleSet set =
        RuleSet.of(
                Rule.of("login", "5/min", new KeyPart(Kind.IP))
                    .with(
                        rule ->
                            rule.match(new Condition.Path(List.of(PathPattern.parse("/login"))))),
                Rule.of("api", "100/min; 5000/day", new KeyPart(Kind.USER))
                    .with(rule -> rule.tier("premium", "1000/min")))
            .withDefault(Rule.of("other", "1000/h", new KeyPart(Kind.IP)));

    Rules rules = Rules.builder(store).rules(set).build();
    HttpLimiter http = HttpLimiter.builder().limits(rules).build();

    HttpRequest request = DescribedRequest.of("POST", "/login").withRemoteAddress("192.0.2.1");
    for (int i = 0; i < 5; i++) {
      assertThat(http.admit(request).allowed()).isTrue();
    }
    assertThat(http.admit(request).allowed()).isFalse();

    Explanation explanation = rules.explain(request);
    assertThat(explanation.toString())
        .startsWith("The request is refused, by version 1 of the rules. Rule 'login' limits ip:")
        .contains("5/min refuses, as the store says, for another 12 s.");
  }

  @Test
  void howDoUsersGetLimitsOfTheirOwn() {
    Map<String, Policy> bought =
        new ConcurrentHashMap<>(Map.of("42", Policy.parse("api", "500/min")));
    Rules rules =
        Rules.builder(store)
            .rules(RuleSet.of(Rule.of("api", "100/min", new KeyPart(Kind.USER))))
            .ownLimits((user, rule) -> Optional.ofNullable(bought.get(user)))
            .build();

    HttpRequest request = DescribedRequest.of("GET", "/").withUser("42");
    assertThat(rules.explain(request).toString())
        .contains("Rule 'api' limits user:42 to 500/min (the user's own limits): 500 left.");
    bought.remove("42");
    assertThat(rules.explain(request).toString()).contains("user:42 to 100/min: 100 left.");
  }

  @Test
  void howDoIChangeRules() {
    RuleSet stricter = RuleSet.of(Rule.of("all", "1/min", new KeyPart(Kind.GLOBAL)));
    Rules rules = Rules.builder(store).build();

    RuleVersion version = rules.replace(stricter, "alice");
    rules.rollback(version.number() - 1, "bob");
    rules.shadowAll(true);

    assertThat(rules.versions()).hasSize(3);
    assertThat(rules.isShadowed()).isTrue();
  }

  @Test
  void howDoISeeWhatChanged() {
    Rules rules = Rules.builder(store).build();
    RuleVersion before = rules.version();
    RuleVersion after =
        rules.replace(RuleSet.of(Rule.of("all", "1/min", new KeyPart(Kind.GLOBAL))), "alice");
    List<String> lines = new ArrayList<>();
    Log log = lines::add;

    RuleSetDiff diff = RuleSetDiff.between(before.rules(), after.rules());
    diff.changes().forEach(change -> log.info(change.toString()));

    assertThat(lines).containsExactly("+ rule 'all': key global, limits 1/min");
  }

  private interface Log {
    void info(String line);
  }
}
