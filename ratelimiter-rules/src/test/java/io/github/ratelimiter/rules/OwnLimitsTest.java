package io.github.ratelimiter.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.http.DescribedRequest;
import io.github.ratelimiter.http.HttpLimiter;
import io.github.ratelimiter.rules.Explanation.LimitsSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A user's own limits from a source")
class OwnLimitsTest extends RulesFixture {
  private static final DescribedRequest PREMIUM =
      TestRequest.get("/").withUser("42").withAttribute("tier", "premium");

  private final Map<String, String> own = new ConcurrentHashMap<>();

  private Rules rules(RuleSet set, OwnLimits source) {
    return Rules.builder(store).rules(set).ownLimits(source).timeSource(time).build();
  }

  private Rules withOwn(RuleSet set) {
    return rules(
        set,
        (user, rule) ->
            Optional.ofNullable(own.get(user))
                .filter(text -> !rule.key().contains(GLOBAL))
                .map(text -> Policy.parse(rule.id(), text)));
  }

  private static RuleSet api() {
    return RuleSet.of(
        Rule.of("api", "3/min", USER).with(rule -> rule.tier("premium", "4/min")),
        Rule.of("all", "1000/min", GLOBAL));
  }

  private static LimitsSource source(Rules rules, DescribedRequest request) {
    return rules.explain(request).rules().get(0).source();
  }

  @Test
  @DisplayName("comes after an override, and before the tier and the rule")
  void precedence() {
    Rules rules = withOwn(api());
    assertThat(source(rules, TestRequest.get("/").withUser("42"))).isEqualTo(LimitsSource.RULE);
    assertThat(source(rules, PREMIUM)).isEqualTo(LimitsSource.TIER);
    own.put("42", "6/min");
    assertThat(source(rules, PREMIUM)).isEqualTo(LimitsSource.USER);
    assertThat(rules.policyOf(api().rules().get(0), PREMIUM).text()).isEqualTo("6/min");
    assertThat(allowed(http(rules), PREMIUM, 20)).isEqualTo(6);
    LimitOverride override =
        new LimitOverride(
            "42",
            "api",
            Policy.parse("api", "9/min"),
            "incident",
            "ops",
            Optional.of(now().plus(Duration.ofMinutes(10))));
    rules.replace(api().withOverrides(List.of(override)), "ops");
    assertThat(source(rules, PREMIUM)).isEqualTo(LimitsSource.OVERRIDE);
    assertThat(allowed(http(rules), PREMIUM, 20)).isEqualTo(3);
    time.advance(Duration.ofMinutes(10));
    assertThat(allowed(http(rules), PREMIUM, 20)).isEqualTo(6);
  }

  @Test
  @DisplayName("changes at the next request, and usage is kept")
  void change() {
    HttpLimiter http = http(withOwn(api()));
    assertThat(allowed(http, PREMIUM, 20)).isEqualTo(4);
    own.put("42", "10/min");
    assertThat(allowed(http, PREMIUM, 20)).isEqualTo(6);
    own.remove("42");
    assertThat(allowed(http, PREMIUM, 20)).isZero();
  }

  @Test
  @DisplayName("is not asked about anonymous requests, and others have the limits of the rule")
  void others() {
    own.put("42", "1/min");
    HttpLimiter http =
        http(withOwn(RuleSet.of(Rule.of("clients", "5/min", CLIENT), Rule.of("u", "3/min", USER))));
    assertThat(allowed(http, TestRequest.get("/"), 20)).isEqualTo(5);
    assertThat(allowed(http, TestRequest.get("/").withUser("7"), 20)).isEqualTo(3);
    assertThat(allowed(http, TestRequest.get("/").withUser("42"), 20)).isEqualTo(1);
  }

  @Test
  @DisplayName("may give limits of any name: usage belongs to the rule")
  void renamed() {
    Rules rules = rules(api(), (user, rule) -> Optional.of(Policy.parse("plan", "7/min")));
    assertThat(allowed(http(rules), PREMIUM, 20)).isEqualTo(7);
    assertThat(left("api", "7/min", "user:42")).isZero();
  }

  @Test
  @DisplayName("that fails is ignored: the tier and the rule decide")
  void failing() {
    Rules rules =
        rules(
            api(),
            (user, rule) -> {
              throw new IllegalStateException("the cache of user " + user);
            });
    assertThat(allowed(http(rules), PREMIUM, 20)).isEqualTo(4);
  }

  @Test
  @DisplayName("is told by an explanation")
  void explained() {
    own.put("42", "6/min");
    assertThat(withOwn(RuleSet.of(Rule.of("api", "3/min", USER))).explain(PREMIUM))
        .hasToString(
            "The request is allowed, by version 1 of the rules. Rule 'api' limits user:42 to 6/min"
                + " (the user's own limits): 6 left.");
  }
}
