package io.github.ratelimiter.rules.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.http.FailureMode;
import io.github.ratelimiter.net.CidrBlock;
import io.github.ratelimiter.rules.BanPolicy;
import io.github.ratelimiter.rules.Combination;
import io.github.ratelimiter.rules.KeyPart;
import io.github.ratelimiter.rules.KeyPart.Kind;
import io.github.ratelimiter.rules.LimitOverride;
import io.github.ratelimiter.rules.ListEntry;
import io.github.ratelimiter.rules.Rule;
import io.github.ratelimiter.rules.RuleAction;
import io.github.ratelimiter.rules.RuleCost;
import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.rules.match.Condition;
import io.github.ratelimiter.rules.match.PathPattern;
import io.github.ratelimiter.rules.match.Values;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Rules as text")
class RuleTextTest {
  private static final Instant CHRISTMAS = Instant.parse("2026-12-24T00:00:00Z");

  private static Rule rule(String field) {
    return RuleText.parse("rules: [{ id: a, key: ip, limits: 5/min, %s }]".formatted(field))
        .rules()
        .get(0);
  }

  private static Condition match(String conditions) {
    return rule("match: " + conditions).match();
  }

  private static List<String> mistakes(String text) {
    return catchThrowableOfType(RuleFileException.class, () -> RuleText.parse(text))
        .mistakes()
        .stream()
        .map(Mistake::toString)
        .toList();
  }

  @Test
  @DisplayName("have all that a set of rules can have")
  void everything() {
    RuleSet read = RuleText.parse(RulesPage.examples().get(0));

    assertThat(read.combination()).isEqualTo(Combination.ALL);
    assertThat(read.rule("login"))
        .contains(
            Rule.of("login", "5/min", new KeyPart(Kind.IP))
                .with(
                    rule ->
                        rule.name("Logins")
                            .description("Slows down guessing of passwords")
                            .priority(10)
                            .match(
                                new Condition.All(
                                    List.of(
                                        new Condition.Method(Set.of("POST")),
                                        new Condition.Path(
                                            List.of(PathPattern.parse("/login"))))))));
    assertThat(read.rule("api"))
        .contains(
            Rule.of("api", "100/min; 5000/day", new KeyPart(Kind.USER))
                .with(
                    rule ->
                        rule.match(
                                new Condition.All(
                                    List.of(
                                        new Condition.Path(
                                            List.of(
                                                PathPattern.parse("/api/**"),
                                                PathPattern.parse("/v2/**"))),
                                        new Condition.Header(
                                            "X-Client", Values.of("ios", "android")),
                                        new Condition.Header("X-Trace", Values.of()),
                                        new Condition.Query("q", Values.of()),
                                        new Condition.Not(new Condition.User(Values.of("root"))))))
                            .tier("premium", "1000/min")
                            .cost(new RuleCost.FromAttribute("bytes"))
                            .throttle(Duration.ofSeconds(2))
                            .percent(10)
                            .failureMode(FailureMode.REFUSE)));
    assertThat(read.rule("monitoring").map(Rule::action)).contains(RuleAction.ALLOW);
    assertThat(read.defaultRule()).contains(Rule.of("default", "1000/h", new KeyPart(Kind.IP)));
    assertThat(read.deny())
        .containsExactly(
            new ListEntry(
                new ListEntry.Network(CidrBlock.parse("203.0.113.0/24")),
                "scan",
                "ops",
                Optional.of(CHRISTMAS)));
    assertThat(read.allow())
        .extracting(ListEntry::client)
        .containsExactly(new ListEntry.User("7"), new ListEntry.ApiKey("k1"));
    assertThat(read.overrides())
        .containsExactly(
            new LimitOverride(
                "42", "api", Policy.parse("api", "1000/min"), "", "", Optional.empty()),
            new LimitOverride(
                "43",
                "api",
                Policy.parse("api", "5000/min"),
                "migration",
                "ops",
                Optional.of(CHRISTMAS)));
    assertThat(read.bans())
        .contains(
            new BanPolicy(10, Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofDays(1)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"42", "'42'", "\"42\"", "\"4\\x32\"", "!!str 42"})
  @DisplayName("have the same text with and without quotes")
  void textsWithAndWithoutQuotes(String user) {
    assertThat(match("{ user: %s }".formatted(user)))
        .isEqualTo(new Condition.User(Values.of("42")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"yes", "no", "on", "true", "1e3", "010", "0x1F", "12:30:45", "1.0", "2026-12-24"})
  @DisplayName("keep a text as it is written, whatever else it could be")
  void textsAsTheyAreWritten(String user) {
    assertThat(match("{ user: %s }".formatted(user)))
        .isEqualTo(new Condition.User(Values.of(user)));
  }

  @Test
  @DisplayName("can be JSON")
  void json() {
    assertThat(
            RuleText.parse(
                """
                {
                \t"$schema": "rules.schema.json",
                \t"rules": [{"id": "a", "key": ["ip"], "limits": "5/min", "percent": 50}]
                }
                """))
        .isEqualTo(
            RuleSet.of(Rule.of("a", "5/min", new KeyPart(Kind.IP)).with(rule -> rule.percent(50))));
  }

  @Test
  @DisplayName("accept any value with a star, and the star itself with a backslash")
  void stars() {
    assertThat(match("{ header: { If-Match: \"*\" } }"))
        .isEqualTo(new Condition.Header("If-Match", Values.of()));
    assertThat(match("{ header: { If-Match: '\\*' } }"))
        .isEqualTo(new Condition.Header("If-Match", Values.of("*")));
    assertThat(match("{ header: { If-Match: '\\\\*' } }"))
        .isEqualTo(new Condition.Header("If-Match", Values.of("\\*")));
  }

  @Test
  @DisplayName("nest conditions")
  void nested() {
    assertThat(match("{}")).isEqualTo(Condition.any());
    assertThat(match("{ all: [{ path: /a }, { not: { all: [] } }] }"))
        .isEqualTo(
            new Condition.All(
                List.of(
                    new Condition.Path(List.of(PathPattern.parse("/a"))),
                    new Condition.Not(Condition.any()))));
  }

  @Test
  @DisplayName("can repeat a part by an alias")
  void aliases() {
    assertThat(
            RuleText.parse(
                """
                rules:
                  - { id: a, key: &who [user, ip], limits: 5/min }
                  - { id: b, key: *who, limits: 6/min }
                """))
        .isEqualTo(
            RuleSet.of(
                Rule.of("a", "5/min", new KeyPart(Kind.USER), new KeyPart(Kind.IP)),
                Rule.of("b", "6/min", new KeyPart(Kind.USER), new KeyPart(Kind.IP))));
  }

  @Test
  @DisplayName("take a time with any offset from UTC")
  void offsets() {
    assertThat(
            RuleText.parse("lists: { allow: [{ user: 7, until: 2026-12-24T01:00:00+01:00 }] }")
                .allow())
        .extracting(ListEntry::until)
        .containsExactly(Optional.of(CHRISTMAS));
  }

  @Test
  @DisplayName("report all mistakes at once, each at its line and column")
  void positions() {
    assertThat(
            mistakes(
                """
                combine: some
                rules:
                  - id: login
                    limit: 5/min
                    key: [ip, usr]
                  - id: login
                    key: ip
                    limits: "10/s; 100/m"
                    match:
                      path: [/ok, '/a/**x']
                users: { 7: { logn: 5/min } }
                """))
        .containsExactly(
            "line 1, column 10: found 'some', expected one of all, first, most-specific",
            "line 3, column 5: 'limits' is missing, for example limits: 100/min",
            "line 4, column 5: unknown name 'limit'; did you mean 'limits'?",
            "line 5, column 15: found 'usr', expected 'user'",
            "line 6, column 9: another rule has the ID 'login'",
            "line 8, column 24: found 'm', expected a unit (ms, s, min, h or day); a minute is min",
            "line 10, column 23: " + problem(() -> PathPattern.parse("/a/**x")),
            "line 11, column 21: there is no rule 'logn'; did you mean 'login'?");
  }

  private static String problem(Runnable parse) {
    String message = catchThrowableOfType(IllegalArgumentException.class, parse::run).getMessage();
    return message.substring(message.indexOf(": ") + 2);
  }

  @Test
  @DisplayName("give the position in a text where the file has it in other characters")
  void positionsInEscapedTexts() {
    assertThat(mistakes("rules: [{ id: a, key: ip, limits: \"5\\x2Fm\" }]"))
        .containsExactly(
            "line 1, column 35: policy \"5/m\", at character 3: found 'm', expected a unit"
                + " (ms, s, min, h or day); a minute is min");
    assertThat(mistakes("rules: [{ id: 😀, key: ip, limits: 5/m }]"))
        .element(1)
        .asString()
        .startsWith("line 1, column 37: found 'm'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "# nothing\n", "---\n", "~"})
  @DisplayName("are not empty")
  void empty(String text) {
    assertThat(mistakes(text)).hasSize(1);
  }

  @Test
  @DisplayName("do not show control characters of a mistake, or much of a long one")
  void hostileTexts() {
    assertThat(mistakes("combine: \"a\\nb\"")).singleElement().asString().contains("'a?b'");
    assertThat(mistakes("combine: " + "x".repeat(10_000)))
        .singleElement()
        .asString()
        .hasSizeLessThan(200);
  }

  @Test
  @DisplayName("have a message with the first mistakes and the number of others")
  void message() {
    RuleFileException e =
        catchThrowableOfType(
            RuleFileException.class, () -> RuleText.parse("rules: [" + "{ },".repeat(10) + "]"));
    assertThat(e.mistakes()).hasSize(30);
    assertThat(e)
        .hasMessageStartingWith("the text has 30 mistakes:\n  line 1, column 9: 'id' is missing")
        .hasMessageEndingWith("\n  and 10 more");
  }

  @Test
  @DisplayName("let a rule that allows have neither key nor limits")
  void allow() {
    assertThat(RuleText.parse("rules: [{ id: a, action: allow, tiers: {} }]").rules().get(0))
        .extracting(Rule::key, Rule::tiers)
        .containsExactly(List.of(new KeyPart(Kind.GLOBAL)), Map.of());
  }
}
