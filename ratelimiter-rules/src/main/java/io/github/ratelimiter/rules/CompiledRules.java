package io.github.ratelimiter.rules;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.rules.Explanation.LimitsSource;
import io.github.ratelimiter.rules.match.RuleIndex;
import io.github.ratelimiter.rules.match.Subject;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A version of the rules, prepared for requests. Immutable. */
final class CompiledRules {
  /** A user's limits for a rule. */
  private record UserRule(String user, String rule) {}

  /** The limits of a rule for one request, and where they are from. */
  record Chosen(Policy policy, LimitsSource source) {}

  private final RuleVersion version;
  private final OwnLimits ownLimits;
  private final ClientList deny;
  private final ClientList allow;
  private final RuleIndex<Rule> index;
  private final Optional<Rule> defaultRule;
  private final Map<String, Rule> byId = new HashMap<>();
  private final Map<UserRule, List<LimitOverride>> overrides = new HashMap<>();

  CompiledRules(RuleVersion version, OwnLimits ownLimits) {
    this.version = version;
    this.ownLimits = ownLimits;
    RuleSet rules = version.rules();
    this.deny = new ClientList(rules.deny());
    this.allow = new ClientList(rules.allow());
    this.index =
        RuleIndex.of(
            rules.rules().stream()
                .filter(CompiledRules::isActive)
                .sorted(Comparator.comparingInt(Rule::priority)) // Stable: then by position.
                .toList(),
            Rule::match);
    this.defaultRule = rules.defaultRule().filter(CompiledRules::isActive);
    Stream.concat(rules.rules().stream(), rules.defaultRule().stream())
        .forEach(rule -> byId.put(rule.id(), rule));
    for (LimitOverride override : rules.overrides()) {
      overrides.merge(
          new UserRule(override.user(), override.rule()),
          List.of(override),
          (some, more) -> Stream.concat(some.stream(), more.stream()).toList());
    }
  }

  private static boolean isActive(Rule rule) {
    return rule.state() == RuleState.ACTIVE;
  }

  RuleVersion version() {
    return version;
  }

  Optional<ListEntry> denied(Subject request, Instant now) {
    return deny.find(request, now);
  }

  Optional<ListEntry> allowed(Subject request, Instant now) {
    return allow.find(request, now);
  }

  /** Returns all active rules that match a request, in their order, without the default rule. */
  List<Rule> matching(Subject request) {
    return index.matching(request);
  }

  /**
   * Returns the rules that apply to a request.
   *
   * @param matching those that match
   * @return the rules; a rule that allows ends the list, and is its last element
   */
  List<Rule> applying(List<Rule> matching) {
    List<Rule> chosen =
        switch (version.rules().combination()) {
          case ALL -> matching;
          case FIRST -> matching.stream().limit(1).toList();
          case MOST_SPECIFIC -> matching.stream().max(Specificity.ORDER).stream().toList();
        };
    if (chosen.isEmpty()) {
      return defaultRule.stream().toList();
    }
    for (int i = 0; i < chosen.size(); i++) {
      if (chosen.get(i).action() == RuleAction.ALLOW) {
        return chosen.subList(0, i + 1);
      }
    }
    return chosen;
  }

  Defenses defenses() {
    return version.rules().defenses();
  }

  /** Returns whether the keys of a rule are as many as a client likes. */
  boolean hasKeysOfClients(String rule) {
    Rule found = byId.get(rule);
    return found != null && found.key().stream().anyMatch(part -> !part.kind().isFewValued());
  }

  /** Returns when a key of a rule is banned; empty if it never is. */
  Optional<BanPolicy> bansOf(String rule) {
    Rule found = byId.get(rule);
    return found == null || found.action() == RuleAction.SHADOW
        ? Optional.empty()
        : version.rules().bans();
  }

  /**
   * Returns the limits of a rule for a request: those of an override, the user's own, those of the
   * tier, or the rule's.
   */
  Chosen policyOf(Rule rule, Subject request, Instant now) {
    return override(rule, request, now)
        .map(override -> new Chosen(override.policy(), LimitsSource.OVERRIDE))
        .or(() -> own(rule, request))
        .or(() -> ofTier(rule, request))
        .orElseGet(() -> new Chosen(rule.policy(), LimitsSource.RULE));
  }

  private Optional<Chosen> own(Rule rule, Subject request) {
    return ownLimits == OwnLimits.NONE
        ? Optional.empty()
        : request
            .user()
            .flatMap(user -> ownLimits.of(user, rule))
            .map(policy -> new Chosen(policy, LimitsSource.USER));
  }

  private static Optional<Chosen> ofTier(Rule rule, Subject request) {
    return rule.tiers().isEmpty()
        ? Optional.empty()
        : request
            .tier()
            .map(rule.tiers()::get)
            .map(policy -> new Chosen(policy, LimitsSource.TIER));
  }

  /** Of several overrides that apply, one that ends is temporary and comes first. */
  private Optional<LimitOverride> override(Rule rule, Subject request, Instant now) {
    return overrides.isEmpty()
        ? Optional.empty()
        : request
            .user()
            .map(user -> overrides.get(new UserRule(user, rule.id())))
            .flatMap(
                found ->
                    found.stream()
                        .filter(override -> override.appliesAt(now))
                        .min(Comparator.comparing(each -> each.until().orElse(Instant.MAX))));
  }
}
