package io.github.ratelimiter.rules;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.net.CidrBlock;
import io.github.ratelimiter.rules.KeyPart.Kind;
import io.github.ratelimiter.rules.match.Condition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Looks for probable mistakes in a set of rules. */
final class RuleChecks {
  /** Headers with the addresses of all proxies. */
  private static final Set<String> FORWARDED = Set.of("x-forwarded-for", "forwarded");

  private final RuleSet set;
  private final List<Finding> findings = new ArrayList<>();

  private RuleChecks(RuleSet set) {
    this.set = set;
  }

  static List<Finding> of(RuleSet set) {
    RuleChecks checks = new RuleChecks(set);
    List<Rule> active =
        set.rules().stream()
            .filter(rule -> rule.state() == RuleState.ACTIVE)
            .sorted(Comparator.comparingInt(Rule::priority))
            .toList();
    checks.order(active);
    Stream.concat(active.stream(), set.defaultRule().stream()).forEach(checks::one);
    checks.findings.addAll(ClientChecks.of(set));
    return List.copyOf(checks.findings);
  }

  private void found(String check, Rule rule, String sentence) {
    findings.add(new Finding(check, Optional.of(rule.id()), sentence));
  }

  // --- rules beside each other -----------------------------------------------------------------

  private void order(List<Rule> active) {
    for (int later = 0; later < active.size(); later++) {
      for (int earlier = 0; earlier < later; earlier++) {
        if (hides(active.get(earlier), active.get(later))) {
          found(
              "never-applies",
              active.get(later),
              "it never applies: rule '%s' comes first and matches every request that it matches"
                  .formatted(active.get(earlier).id()));
          break;
        }
      }
    }
  }

  private boolean hides(Rule earlier, Rule later) {
    boolean ends = set.combination() == Combination.FIRST || earlier.action() == RuleAction.ALLOW;
    return ends
        && set.combination() != Combination.MOST_SPECIFIC
        && earlier.match().covers(later.match());
  }

  // --- one rule --------------------------------------------------------------------------------

  private void one(Rule rule) {
    if (rule.percent() == 0) {
      found("never-matches", rule, "it is rolled out to 0 % of the keys");
    }
    if (isContradictory(rule.match())) {
      found("never-matches", rule, "two of its conditions exclude each other");
    }
    Stream.concat(Stream.of(rule.policy()), rule.tiers().values().stream())
        .distinct()
        .forEach(policy -> limits(rule, policy));
    key(rule);
    singleAddresses(rule);
  }

  private void limits(Rule rule, Policy policy) {
    for (int i = 0; i < policy.limits().size(); i++) {
      int limit = i;
      Binding.strictest(policy.limits(), limit)
          .ifPresent(
              other ->
                  found(
                      "never-binds",
                      rule,
                      "its limit %s never refuses: %s refuses before it"
                          .formatted(policy.limits().get(limit).text(), other.text())));
    }
  }

  private void key(Rule rule) {
    Set<Kind> kinds = new HashSet<>();
    rule.key().forEach(part -> kinds.add(part.kind()));
    if ((kinds.contains(Kind.USER) || kinds.contains(Kind.API_KEY))
        && rule.action() != RuleAction.ALLOW
        && set.combination() != Combination.ALL) {
      found(
          "anonymous-not-limited",
          rule,
          "requests without %s are not limited by it, and no other rule applies to them; use the key"
                  .formatted(kinds.contains(Kind.USER) ? "a user" : "an API key")
              + " 'client'");
    }
    rule.key().stream()
        .filter(RuleChecks::isForwarded)
        .forEach(
            part ->
                found(
                    "key-is-forwarded-header",
                    rule,
                    "a client can begin the header '%s' with any address, and has the whole limit"
                            .formatted(part.name())
                        + " again with each; use the key 'ip', and name the trusted proxies"));
    Optional<KeyPart> chosen = rule.key().stream().filter(RuleChecks::isChosenByClient).findFirst();
    boolean bounded = kinds.stream().anyMatch(RuleChecks::isClient);
    if (chosen.isPresent() && !bounded) {
      found(
          "key-chosen-by-client",
          rule,
          "a client can choose '%s' and has the whole limit again with each value; combine it with"
                  .formatted(chosen.get())
              + " 'client' or 'ip'");
    }
  }

  /** An exception for a single address is narrow on purpose; a limit for one is avoided. */
  private void singleAddresses(Rule rule) {
    if (rule.action() != RuleAction.ALLOW) {
      addresses(rule.match())
          .filter(ClientChecks::isSingleIpv6)
          .forEach(
              block ->
                  found(
                      "ipv6-without-prefix", rule, "it matches " + ClientChecks.avoidable(block)));
    }
  }

  private static Stream<CidrBlock> addresses(Condition condition) {
    if (condition instanceof Condition.All all) {
      return all.conditions().stream().flatMap(RuleChecks::addresses);
    }
    return condition instanceof Condition.Address address
        ? address.blocks().stream()
        : Stream.empty();
  }

  private static boolean isForwarded(KeyPart part) {
    return part.kind() == Kind.HEADER && FORWARDED.contains(part.name().toLowerCase(Locale.ROOT));
  }

  private static boolean isChosenByClient(KeyPart part) {
    return part.kind() == Kind.HEADER || part.kind() == Kind.QUERY;
  }

  private static boolean isClient(Kind kind) {
    return kind == Kind.CLIENT || kind == Kind.USER || kind == Kind.API_KEY || kind == Kind.IP;
  }

  private static boolean isContradictory(Condition condition) {
    if (!(condition instanceof Condition.All all)) {
      return false;
    }
    for (Condition one : all.conditions()) {
      for (Condition other : all.conditions()) {
        if (other instanceof Condition.Not not && not.condition().covers(one)
            || one instanceof Condition.Method m
                && other instanceof Condition.Method n
                && m.methods().stream().noneMatch(n::accepts)
                && n.methods().stream().noneMatch(m::accepts)) {
          return true;
        }
      }
    }
    return all.conditions().stream().anyMatch(RuleChecks::isContradictory);
  }
}
