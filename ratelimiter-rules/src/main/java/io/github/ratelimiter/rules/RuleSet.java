package io.github.ratelimiter.rules;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * All that decides which limits a request has. Immutable.
 *
 * @param rules the rules, in any order
 * @param defaultRule applies if no active rule matches; empty to allow such requests
 * @param combination which of the rules that match apply
 * @param deny clients that are always denied; before all else
 * @param allow clients that are always allowed; before the rules
 * @param overrides limits of users of their own
 * @param defenses what is done against clients that do harm
 */
public record RuleSet(
    List<Rule> rules,
    Optional<Rule> defaultRule,
    Combination combination,
    List<ListEntry> deny,
    List<ListEntry> allow,
    List<LimitOverride> overrides,
    Defenses defenses) {
  /** The IDs that no rule has: usage is stored under them. */
  static final Set<String> RESERVED_IDS = Set.of(NewKeyBound.POLICY, Honeypots.POLICY);

  /**
   * Copies the collections. Throws {@link IllegalArgumentException} if two rules have one ID, or a
   * rule has that of a defense, or an override is for a rule that does not exist.
   */
  public RuleSet {
    rules = List.copyOf(rules);
    deny = List.copyOf(deny);
    allow = List.copyOf(allow);
    overrides = List.copyOf(overrides);
    Set<String> ids = new HashSet<>();
    Stream.concat(rules.stream(), defaultRule.stream())
        .forEach(
            rule -> {
              if (!ids.add(rule.id())) {
                throw new IllegalArgumentException("two rules have the ID '" + rule.id() + "'");
              }
              if (RESERVED_IDS.contains(rule.id())) {
                throw new IllegalArgumentException(
                    "a rule has the ID '%s', which is the name of a defense".formatted(rule.id()));
              }
            });
    for (LimitOverride override : overrides) {
      if (!ids.contains(override.rule())) {
        throw new IllegalArgumentException(
            "an override is for the rule '%s', which does not exist".formatted(override.rule()));
      }
    }
  }

  /**
   * Returns a set of rules that all apply together, without lists.
   *
   * @param rules the rules
   * @return a set
   */
  public static RuleSet of(Rule... rules) {
    return of(List.of(rules));
  }

  /**
   * Returns a set of rules that all apply together, without lists.
   *
   * @param rules the rules
   * @return a set
   */
  public static RuleSet of(Collection<Rule> rules) {
    return new RuleSet(
        List.copyOf(rules),
        Optional.empty(),
        Combination.ALL,
        List.of(),
        List.of(),
        List.of(),
        Defenses.NONE);
  }

  /**
   * Returns a rule.
   *
   * @param id its ID
   * @return empty if there is no such rule
   */
  public Optional<Rule> rule(String id) {
    return Stream.concat(rules.stream(), defaultRule.stream())
        .filter(rule -> rule.id().equals(id))
        .findFirst();
  }

  /**
   * Looks for probable mistakes: rules that never match or apply, limits that never refuse,
   * requests that no rule limits, and keys that a client can choose.
   *
   * @return the findings; an empty list if there are none
   */
  public List<Finding> check() {
    return RuleChecks.of(this);
  }

  /**
   * Returns this set with other rules.
   *
   * @param rules the rules
   * @return a set
   */
  public RuleSet withRules(List<Rule> rules) {
    return new RuleSet(rules, defaultRule, combination, deny, allow, overrides, defenses);
  }

  /**
   * Returns this set with a default rule.
   *
   * @param rule applies if no active rule matches
   * @return a set
   */
  public RuleSet withDefault(Rule rule) {
    return new RuleSet(rules, Optional.of(rule), combination, deny, allow, overrides, defenses);
  }

  /**
   * Returns this set with another combination.
   *
   * @param combination which of the rules that match apply
   * @return a set
   */
  public RuleSet withCombination(Combination combination) {
    return new RuleSet(rules, defaultRule, combination, deny, allow, overrides, defenses);
  }

  /**
   * Returns this set with other lists.
   *
   * @param deny clients that are always denied
   * @param allow clients that are always allowed
   * @return a set
   */
  public RuleSet withLists(List<ListEntry> deny, List<ListEntry> allow) {
    return new RuleSet(rules, defaultRule, combination, deny, allow, overrides, defenses);
  }

  /**
   * Returns this set with other limits of users of their own.
   *
   * @param overrides the limits
   * @return a set
   */
  public RuleSet withOverrides(List<LimitOverride> overrides) {
    return new RuleSet(rules, defaultRule, combination, deny, allow, overrides, defenses);
  }

  /**
   * Returns when a client that is refused repeatedly is banned.
   *
   * @return empty for never
   */
  public Optional<BanPolicy> bans() {
    return defenses.bans();
  }

  /**
   * Returns this set with bans.
   *
   * @param bans when a client that is refused repeatedly is banned
   * @return a set
   */
  public RuleSet withBans(BanPolicy bans) {
    return withDefenses(defenses.with(bans));
  }

  /**
   * Returns this set with a bound of new keys.
   *
   * @param newKeys how many new keys a network may use
   * @return a set
   */
  public RuleSet withNewKeys(NewKeyBound newKeys) {
    return withDefenses(defenses.with(newKeys));
  }

  /**
   * Returns this set with honeypots.
   *
   * @param honeypots what no honest client requests
   * @return a set
   */
  public RuleSet withHoneypots(Honeypots honeypots) {
    return withDefenses(defenses.with(honeypots));
  }

  private RuleSet withDefenses(Defenses others) {
    return new RuleSet(rules, defaultRule, combination, deny, allow, overrides, others);
  }
}
