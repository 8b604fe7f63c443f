package io.github.ratelimiter.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.net.CidrBlock;
import io.github.ratelimiter.rules.KeyPart.Kind;
import io.github.ratelimiter.rules.match.Condition;
import io.github.ratelimiter.rules.match.Values;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A check of rules")
class RuleChecksTest extends RulesFixture {
  private static List<String> checks(RuleSet rules) {
    return rules.check().stream()
        .map(found -> found.rule().map(rule -> rule + " ").orElse("") + found.check())
        .toList();
  }

  @Test
  @DisplayName("finds nothing in rules that are well")
  void nothing() {
    assertThat(
            checks(
                RuleSet.of(
                    Rule.of("api", "100/min; 5000/day", CLIENT),
                    Rule.of("everybody", "1000/s", GLOBAL))))
        .isEmpty();
  }

  @Test
  @DisplayName("finds rules that never match")
  void neverMatches() {
    Condition path = path("/a");
    assertThat(
            checks(
                RuleSet.of(
                    Rule.of("none", "1/min", IP).with(rule -> rule.percent(0)),
                    Rule.of("not", "1/min", IP)
                        .with(
                            rule ->
                                rule.match(
                                    new Condition.All(List.of(path, new Condition.Not(path))))),
                    Rule.of("methods", "1/min", IP)
                        .with(
                            rule ->
                                rule.match(
                                    new Condition.All(
                                        List.of(
                                            new Condition.Method(Set.of("GET")),
                                            new Condition.Method(Set.of("POST")))))))))
        .containsExactly("none never-matches", "not never-matches", "methods never-matches");
  }

  @Test
  @DisplayName("finds rules that never apply because another one comes first")
  void neverApplies() {
    Rule all = Rule.of("all", "1/min", IP).with(rule -> rule.match(path("/api/**")));
    Rule one =
        Rule.of("one", "1/min", IP)
            .with(
                rule ->
                    rule.match(
                        new Condition.All(
                            List.of(path("/api/x"), new Condition.Method(Set.of("GET"))))));
    Rule other = Rule.of("other", "1/min", IP).with(rule -> rule.match(path("/apis")));
    RuleSet set = RuleSet.of(all, one, other);
    assertThat(checks(set)).isEmpty();
    assertThat(checks(set.withCombination(Combination.FIRST))).containsExactly("one never-applies");
    assertThat(checks(RuleSet.of(all.with(rule -> rule.action(RuleAction.ALLOW)), one, other)))
        .containsExactly("one never-applies");
    assertThat(checks(RuleSet.of(one, all, other).withCombination(Combination.FIRST))).isEmpty();
  }

  @Test
  @DisplayName("finds rules that another one hides by its patterns, methods, values or addresses")
  void hidden() {
    Condition get = new Condition.Method(Set.of("GET"));
    Condition head = new Condition.Method(Set.of("HEAD"));
    assertThat(hides(path("/api/*/**"), path("/api/{id}"))).isTrue();
    assertThat(hides(path("/api/{id}"), path("/api/**"))).isFalse();
    assertThat(hides(get, new Condition.All(List.of(head, path("/api"))))).isTrue();
    assertThat(hides(head, get)).isFalse();
    assertThat(hides(new Condition.User(Values.of()), new Condition.User(Values.of("7")))).isTrue();
    assertThat(hides(address("10.0.0.0/8"), address("10.1.0.0/16"))).isTrue();
  }

  private static boolean hides(Condition first, Condition second) {
    return checks(
            RuleSet.of(
                    Rule.of("first", "1/min", IP).with(rule -> rule.match(first)),
                    Rule.of("second", "1/min", IP).with(rule -> rule.match(second)))
                .withCombination(Combination.FIRST))
        .equals(List.of("second never-applies"));
  }

  private static Condition address(String... blocks) {
    return new Condition.Address(Stream.of(blocks).map(CidrBlock::parse).toList());
  }

  @Test
  @DisplayName("knows that one request can match HEAD and GET")
  void headAndGet() {
    Condition both =
        new Condition.All(
            List.of(
                new Condition.Method(Set.of("GET")), new Condition.Method(Set.of("HEAD", "PUT"))));
    assertThat(checks(RuleSet.of(Rule.of("r", "1/min", IP).with(rule -> rule.match(both)))))
        .isEmpty();
  }

  @Test
  @DisplayName("finds overrides that never apply, because another one is in force as long")
  void overrides() {
    Instant end = now();
    List<LimitOverride> overrides =
        List.of(
            override("1", Optional.empty()),
            override("1", Optional.of(end)),
            override("2", Optional.empty()));
    RuleSet set = RuleSet.of(Rule.of("api", "1/min", USER));
    assertThat(checks(set.withOverrides(overrides))).isEmpty();

    List<LimitOverride> twice = new ArrayList<>(overrides);
    twice.add(override("2", Optional.empty()));
    twice.add(override("1", Optional.of(end)));
    assertThat(checks(set.withOverrides(twice)))
        .containsExactly("api duplicate-override", "api duplicate-override");
  }

  private static LimitOverride override(String user, Optional<Instant> until) {
    return new LimitOverride(user, "api", Policy.parse("api", "9/min"), "", "", until);
  }

  @Test
  @DisplayName("finds clients that are twice on a list, or on both without effect")
  void lists() {
    ListEntry.User user = new ListEntry.User("7");
    ListEntry always = new ListEntry(user, "", "", Optional.empty());
    ListEntry temporary = new ListEntry(user, "scan", "ops", Optional.of(now()));
    RuleSet set = RuleSet.of();
    assertThat(checks(set.withLists(List.of(always), List.of()))).isEmpty();
    assertThat(checks(set.withLists(List.of(), List.of(temporary, always, temporary))))
        .containsExactly("duplicate-entry");
    assertThat(checks(set.withLists(List.of(always), List.of(temporary))))
        .containsExactly("duplicate-entry");
    assertThat(checks(set.withLists(List.of(temporary), List.of(always))))
        .as("denied for a while, and allowed again afterwards")
        .isEmpty();
    assertThat(set.withLists(List.of(always, always), List.of()).check().get(0).sentence())
        .isEqualTo(
            "the list of denied clients has user '7' more than once; only the entry that ends last"
                + " counts");
  }

  @Test
  @DisplayName("finds single addresses of IPv6 where their client can take another one")
  void ipv6() {
    Rule one = Rule.of("one", "1/min", IP).with(rule -> rule.match(address("2001:db8::1")));
    RuleSet set =
        RuleSet.of(one)
            .withLists(List.of(entry("2001:db8::2"), entry("10.0.0.1")), List.of(entry("::5")));
    assertThat(checks(set)).containsExactly("one ipv6-without-prefix", "ipv6-without-prefix");
    assertThat(checks(RuleSet.of(one.with(rule -> rule.action(RuleAction.ALLOW))))).isEmpty();
    assertThat(
            checks(
                RuleSet.of(
                    one.with(rule -> rule.match(address("2001:db8::/64", "::1", "10.0.0.1"))))))
        .isEmpty();
  }

  private static ListEntry entry(String block) {
    return new ListEntry(new ListEntry.Network(CidrBlock.parse(block)), "", "", Optional.empty());
  }

  @ParameterizedTest
  @CsvSource({
    "10/s; 1000/s, 1000/s",
    "10/s burst 5; 10/s burst 50, 10/s burst 50",
    "10/min; fixed-window 100000/h, fixed-window 100000/h",
    "sliding-log 5/min; sliding-log 1000/h, sliding-log 1000/h",
    "fixed-window 10/min; fixed-window 700/h, fixed-window 700/h",
    "5/min; 5/min, 5/min"
  })
  @DisplayName("finds limits that never refuse")
  void neverBinds(String limits, String never) {
    assertThat(RuleSet.of(Rule.of("r", limits, GLOBAL)).check())
        .singleElement()
        .satisfies(
            found -> {
              assertThat(found.check()).isEqualTo("never-binds");
              assertThat(found.sentence()).contains("its limit " + never + " never refuses");
              assertThat(found.link()).endsWith("/docs/rules.md#never-binds");
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10/s; 100/min",
        "10/s burst 50; 20/s burst 5",
        "fixed-window 10/min; fixed-window 600/h",
        "100/min; 5000/day",
        "sliding-window 10/min; fixed-window 100000/h"
      })
  @DisplayName("finds no limit that can refuse")
  void binds(String limits) {
    assertThat(RuleSet.of(Rule.of("r", limits, GLOBAL)).check()).isEmpty();
  }

  @Test
  @DisplayName("says of no limit that it never refuses that does refuse in a random run")
  void neverBindsIsTrue() {
    Random random = new Random(5);
    List<String> kinds = List.of("", "leaky-bucket ", "fixed-window ", "sliding-log ");
    int found = 0;
    for (int run = 0; run < 300; run++) {
      String text =
          IntStream.range(0, 2)
              .mapToObj(
                  i ->
                      kinds.get(random.nextInt(4))
                          + (1 + random.nextInt(8))
                          + "/"
                          + (1 + random.nextInt(5))
                          + "s")
              .reduce((one, other) -> one + "; " + other)
              .orElseThrow();
      Policy policy = Policy.parse("p" + run, text);
      List<Finding> findings = RuleSet.of(Rule.of("p" + run, text, GLOBAL)).check();
      boolean twice = policy.limits().get(0).equals(policy.limits().get(1));
      if (findings.isEmpty() || twice) {
        continue;
      }
      found++;
      RateLimiter limiter =
          RateLimiter.builder().policy(policy).store(store).timeSource(time).build();
      for (int call = 0; call < 300; call++) {
        time.advance(Duration.ofMillis(random.nextInt(1_500)));
        var decision = limiter.tryAcquire("k");
        if (!decision.allowed()) {
          boolean onlyThatOne =
              policy.limits().stream()
                  .filter(limit -> !limit.equals(decision.limit()))
                  .allMatch(
                      limit ->
                          decision.limits().get(policy.limits().indexOf(limit)).remaining() > 0);
          assertThat(
                  onlyThatOne
                      && findings
                          .get(0)
                          .sentence()
                          .contains("its limit " + decision.limit().text() + " "))
              .as("%s: %s", text, findings)
              .isFalse();
        }
      }
    }
    assertThat(found).isGreaterThan(20);
  }

  @Test
  @DisplayName("finds requests that are not limited, and keys that a client can choose")
  void keys() {
    assertThat(
            checks(
                RuleSet.of(
                        Rule.of("users", "1/min", USER),
                        Rule.of("header", "1/min", new KeyPart(Kind.HEADER, "X-Tenant")),
                        Rule.of("both", "1/min", IP, new KeyPart(Kind.QUERY, "q")))
                    .withCombination(Combination.MOST_SPECIFIC)))
        .containsExactly("users anonymous-not-limited", "header key-chosen-by-client");
  }
}
