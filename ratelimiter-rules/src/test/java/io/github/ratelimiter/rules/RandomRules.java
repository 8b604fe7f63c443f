package io.github.ratelimiter.rules;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.http.FailureMode;
import io.github.ratelimiter.net.CidrBlock;
import io.github.ratelimiter.rules.match.Condition;
import io.github.ratelimiter.rules.match.PathPattern;
import io.github.ratelimiter.rules.match.Values;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.Supplier;

/** Makes sets of rules with everything that rules can have. */
public final class RandomRules {
  private static final List<String> LIMITS =
      List.of(
          "5/min",
          "0/min",
          "10/s; sliding-window 5000/day",
          "fixed-window 5/week in UTC",
          "10/s burst 20; sliding-window 5000/day",
          "leaky-bucket 3/500ms",
          "fixed-window 100/2h from first use",
          "sliding-log 7/s debt 3",
          "fixed-window 5/week from Sunday in Europe/Berlin");

  private final Random random;
  private final List<String> texts;
  private final int nanosOfInstants;

  /**
   * Creates rules that begin with a seed.
   *
   * @param texts used for names, users, values and the like
   * @param nanosOfInstants each instant is a multiple of it
   */
  public RandomRules(long seed, List<String> texts, int nanosOfInstants) {
    this.random = new Random(seed);
    this.texts = texts;
    this.nanosOfInstants = nanosOfInstants;
  }

  /** Returns another set. */
  public RuleSet next() {
    List<Rule> rules = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      if (random.nextInt(4) > 0) {
        rules.add(
            rule("r" + i).with(rule -> rule.match(condition(0)).priority(random.nextInt(300))));
      }
    }
    Optional<Rule> otherwise = maybe(() -> rule(one(List.of("default", "r9"))));
    String any = rules.isEmpty() ? "" : rules.get(0).id();
    Duration first = duration();
    return new RuleSet(
        rules,
        otherwise,
        one(List.of(Combination.values())),
        some(0, this::entry),
        some(0, this::entry),
        any.isEmpty() ? List.of() : some(0, () -> override(any)),
        new Defenses(
            maybe(
                () ->
                    new BanPolicy(2 + random.nextInt(9), duration(), first, first.multipliedBy(2))),
            maybe(this::newKeys),
            maybe(this::honeypots)));
  }

  private NewKeyBound newKeys() {
    NewKeyBound bound =
        new NewKeyBound(
            Optional.of(Policy.parse(NewKeyBound.POLICY, one(LIMITS))),
            random.nextInt(33),
            random.nextInt(129),
            OptionalInt.empty());
    return switch (random.nextInt(3)) {
      case 0 -> bound;
      case 1 -> bound.refuseAboveMemory(1 + random.nextInt(99));
      default -> new NewKeyBound(Optional.empty(), 32, 64, OptionalInt.of(80));
    };
  }

  private Honeypots honeypots() {
    return new Honeypots(
        some(1, this::pattern),
        new HashSet<>(some(0, this::text)),
        new HashSet<>(some(0, this::text)),
        duration());
  }

  private Rule rule(String id) {
    return Rule.of(id, one(LIMITS), some(1, this::keyPart).toArray(KeyPart[]::new))
        .with(
            rule -> {
              rule.name(text())
                  .description(text())
                  .state(one(List.of(RuleState.values())))
                  .percent(random.nextInt(101))
                  .cost(
                      random.nextBoolean()
                          ? new RuleCost.Fixed(one(List.of(1L, 7L, Long.MAX_VALUE)))
                          : new RuleCost.FromAttribute(text()))
                  .action(one(List.of(RuleAction.REJECT, RuleAction.ALLOW, RuleAction.SHADOW)));
              some(0, this::text).forEach(tier -> rule.tier(tier, one(LIMITS)));
              if (random.nextBoolean()) {
                rule.throttle(duration());
              } else {
                rule.countStatus(new HashSet<>(some(0, () -> 100 + random.nextInt(500))));
              }
              maybe(() -> one(List.of(FailureMode.values()))).ifPresent(rule::failureMode);
              return rule;
            });
  }

  private Condition condition(int depth) {
    return switch (random.nextInt(depth > 4 ? 9 : 12)) {
      case 0 -> new Condition.Method(new HashSet<>(some(1, () -> one(List.of("GET", "PUT", "x")))));
      case 1 -> new Condition.Path(some(1, this::pattern));
      case 2 -> new Condition.Header(text(), values());
      case 3 -> new Condition.Query(text(), values());
      case 4 -> new Condition.User(values());
      case 5 -> new Condition.ApiKey(values());
      case 6 -> new Condition.Tier(values());
      case 7 -> new Condition.Address(some(1, this::block));
      case 8 -> new Condition.Attribute(text(), values());
      case 9 -> new Condition.Not(condition(depth + 1));
      default -> new Condition.All(some(random.nextInt(4), () -> condition(depth + 1)));
    };
  }

  private PathPattern pattern() {
    return PathPattern.parse(one(List.of("/", "/a/{id}", "/**", "/a b/*", "/é: x")));
  }

  private Values values() {
    return new Values(new HashSet<>(some(0, this::text)));
  }

  private KeyPart keyPart() {
    KeyPart.Kind kind = one(List.of(KeyPart.Kind.values()));
    return kind.isNamed() ? new KeyPart(kind, one(List.of("x", "a: b", "*"))) : new KeyPart(kind);
  }

  private ListEntry entry() {
    return new ListEntry(
        switch (random.nextInt(3)) {
          case 0 -> new ListEntry.User(text());
          case 1 -> new ListEntry.ApiKey(text());
          default -> new ListEntry.Network(block());
        },
        text(),
        text(),
        maybe(this::instant));
  }

  private LimitOverride override(String rule) {
    return new LimitOverride(
        text(), rule, Policy.parse(rule, one(LIMITS)), text(), text(), maybe(this::instant));
  }

  private CidrBlock block() {
    return CidrBlock.parse(one(List.of("10.0.0.0/8", "192.0.2.1", "2001:db8::/32", "::1")));
  }

  private Duration duration() {
    return Duration.ofNanos(
        (1 + random.nextInt(100))
            * one(List.of(1L, 1_000_000L, 1_000_000_000L, 86_400_000_000_000L)));
  }

  private Instant instant() {
    int parts = 1_000_000_000 / nanosOfInstants;
    return Instant.ofEpochSecond(random.nextInt(), (long) nanosOfInstants * random.nextInt(parts));
  }

  private String text() {
    return one(texts);
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
}
