package io.github.ratelimiter.rules.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.http.FailureMode;
import io.github.ratelimiter.net.CidrBlock;
import io.github.ratelimiter.rules.BanPolicy;
import io.github.ratelimiter.rules.Combination;
import io.github.ratelimiter.rules.Defenses;
import io.github.ratelimiter.rules.Honeypots;
import io.github.ratelimiter.rules.KeyPart;
import io.github.ratelimiter.rules.KeyPart.Kind;
import io.github.ratelimiter.rules.LimitOverride;
import io.github.ratelimiter.rules.ListEntry;
import io.github.ratelimiter.rules.NewKeyBound;
import io.github.ratelimiter.rules.Rule;
import io.github.ratelimiter.rules.RuleAction;
import io.github.ratelimiter.rules.RuleCost;
import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.rules.RuleState;
import io.github.ratelimiter.rules.match.Condition;
import io.github.ratelimiter.rules.match.PathPattern;
import io.github.ratelimiter.rules.match.Values;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
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
  private static final List<String> LIMITS =
      List.of("5/min", "0/min", "10/s; sliding-window 5000/day", "fixed-window 5/week in UTC");

  private Random random = new Random();

  @RepeatedTest(300)
  @DisplayName("read back equal, whatever is in them")
  void readBackEqual(RepetitionInfo repetition) {
    random = new Random(repetition.getCurrentRepetition());
    RuleSet rules = ruleSet();
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

  // --- random rules ----------------------------------------------------------------------------

  @SafeVarargs
  private <T> T one(Supplier<? extends T>... choices) {
    return choices[random.nextInt(choices.length)].get();
  }

  private <T> T one(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  private <T> List<T> some(int from, Supplier<? extends T> element) {
    List<T> list = new ArrayList<>();
    for (int i = random.nextInt(3) + from; i > 0; i--) {
      list.add(element.get());
    }
    return list;
  }

  private <T> Optional<T> maybe(Supplier<? extends T> value) {
    return random.nextBoolean() ? Optional.empty() : Optional.of(value.get());
  }

  private String text() {
    return one(TEXTS);
  }

  private Duration duration() {
    return Duration.ofNanos(
        (1 + random.nextInt(100))
            * one(List.of(1L, 1_000_000L, 1_000_000_000L, 86_400_000_000_000L)));
  }

  private Instant instant() {
    return Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000));
  }

  private RuleSet ruleSet() {
    List<Rule> rules = new ArrayList<>();
    for (int i = 0; i < 1 + random.nextInt(3); i++) {
      rules.add(rule("r" + i).with(rule -> rule.match(condition(0)).priority(random.nextInt(300))));
    }
    Duration first = duration();
    return new RuleSet(
        rules,
        maybe(() -> rule(one(List.of("default", "other")))),
        one(List.of(Combination.values())),
        some(0, this::entry),
        some(0, this::entry),
        some(0, this::override),
        new Defenses(
            maybe(
                () ->
                    new BanPolicy(2 + random.nextInt(9), duration(), first, first.multipliedBy(2))),
            maybe(this::newKeys),
            maybe(
                () ->
                    new Honeypots(
                        List.of(PathPattern.parse("/wp-admin/**")),
                        Set.copyOf(some(0, this::text)),
                        Set.copyOf(some(0, this::text)),
                        duration()))));
  }

  private NewKeyBound newKeys() {
    NewKeyBound bound =
        NewKeyBound.of(one(LIMITS)).networks(random.nextInt(33), random.nextInt(129));
    return random.nextBoolean() ? bound : bound.refuseAboveMemory(1 + random.nextInt(99));
  }

  private Rule rule(String id) {
    KeyPart[] key = some(1, this::keyPart).toArray(KeyPart[]::new);
    return Rule.of(id, one(LIMITS), key)
        .with(
            rule -> {
              rule.name(text())
                  .description(text())
                  .state(one(List.of(RuleState.values())))
                  .percent(random.nextInt(101))
                  .cost(
                      one(
                          () -> new RuleCost.Fixed(1 + random.nextInt(9)),
                          () -> new RuleCost.FromAttribute(text())))
                  .countStatus(Set.copyOf(some(0, () -> 100 + random.nextInt(500))))
                  .action(one(List.of(RuleAction.REJECT, RuleAction.ALLOW, RuleAction.SHADOW)));
              some(0, this::text).forEach(tier -> rule.tier(tier, one(LIMITS)));
              maybe(this::duration).ifPresent(wait -> rule.countStatus(Set.of()).throttle(wait));
              maybe(() -> one(List.of(FailureMode.values()))).ifPresent(rule::failureMode);
              return rule;
            });
  }

  private KeyPart keyPart() {
    Kind kind = one(List.of(Kind.values()));
    return kind.isNamed() ? new KeyPart(kind, one(List.of("x", "a: b", "*"))) : new KeyPart(kind);
  }

  private ListEntry entry() {
    return new ListEntry(
        one(
            () -> new ListEntry.User(text()),
            () -> new ListEntry.ApiKey(text()),
            () -> new ListEntry.Network(block())),
        text(),
        text(),
        maybe(this::instant));
  }

  private LimitOverride override() {
    return new LimitOverride(
        text(), "r0", Policy.parse("r0", one(LIMITS)), text(), text(), maybe(this::instant));
  }

  private CidrBlock block() {
    return CidrBlock.parse(one(List.of("10.0.0.0/8", "192.0.2.1", "2001:db8::/32", "::1")));
  }

  private PathPattern pattern() {
    return PathPattern.parse(one(List.of("/", "/a/{id}", "/**", "/a b/*", "/é: x")));
  }

  private Values values() {
    return new Values(new HashSet<>(some(0, this::text)));
  }

  private Condition condition(int depth) {
    return one(
        () -> new Condition.Method(new HashSet<>(some(1, () -> one(List.of("GET", "PUT", "x"))))),
        () -> new Condition.Path(some(1, this::pattern)),
        () -> new Condition.Header(text(), values()),
        () -> new Condition.Query(text(), values()),
        () -> new Condition.User(values()),
        () -> new Condition.ApiKey(values()),
        () -> new Condition.Tier(values()),
        () -> new Condition.Address(some(1, this::block)),
        () -> new Condition.Attribute(text(), values()),
        () -> depth > 4 ? Condition.any() : new Condition.Not(condition(depth + 1)),
        () -> depth > 4 ? Condition.any() : new Condition.All(some(0, () -> condition(depth + 1))),
        () -> depth > 4 ? Condition.any() : new Condition.All(some(3, () -> condition(depth + 1))));
  }
}
