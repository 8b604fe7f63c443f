package io.github.ratelimiter.rules.postgresql;

import io.github.ratelimiter.rules.LimitOverride;
import io.github.ratelimiter.rules.ListEntry;
import io.github.ratelimiter.rules.Rule;
import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.rules.RuleState;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Sets of rules with one thing changed. */
final class Edits {
  private Edits() {}

  /** Requires that there is a rule with this ID. */
  static RuleSet withRule(RuleSet rules, Rule rule) {
    checkState(rules.rule(rule.id()).orElseThrow(), rule);
    if (rules.defaultRule().filter(each -> each.id().equals(rule.id())).isPresent()) {
      return rules.withDefault(rule);
    }
    return rules.withRules(
        rules.rules().stream().map(each -> each.id().equals(rule.id()) ? rule : each).toList());
  }

  private static void checkState(Rule before, Rule after) {
    if (before.state() != after.state() && !before.state().next().contains(after.state())) {
      throw new IllegalStateException(
          "rule '%s' is %s; it can become %s, but not %s"
              .formatted(
                  before.id(),
                  before.state().text(),
                  before.state().next().stream()
                      .map(RuleState::text)
                      .collect(Collectors.joining(" or ")),
                  after.state().text()));
    }
  }

  static RuleSet withoutRule(RuleSet rules, String id) {
    return new RuleSet(
        rules.rules().stream().filter(rule -> !rule.id().equals(id)).toList(),
        rules.defaultRule().filter(rule -> !rule.id().equals(id)),
        rules.combination(),
        rules.deny(),
        rules.allow(),
        rules.overrides().stream().filter(override -> !override.rule().equals(id)).toList(),
        rules.defenses());
  }

  static <T> List<T> plus(List<T> list, T element) {
    return Stream.concat(list.stream(), Stream.of(element)).toList();
  }

  static List<ListEntry> without(List<ListEntry> list, ListEntry.ClientId client) {
    return list.stream().filter(entry -> !entry.client().equals(client)).toList();
  }

  /** Returns the entry with an author, unless it has one. */
  static ListEntry by(String author, ListEntry entry) {
    return entry.author().isEmpty()
        ? new ListEntry(entry.client(), entry.reason(), author, entry.until())
        : entry;
  }

  /** Returns the limits with an author, unless they have one. */
  static LimitOverride by(String author, LimitOverride limits) {
    return limits.author().isEmpty()
        ? new LimitOverride(
            limits.user(), limits.rule(), limits.policy(), limits.reason(), author, limits.until())
        : limits;
  }

  // --- what PostgreSQL keeps -------------------------------------------------------------------

  /** Returns the rules with all ends in microseconds. */
  static RuleSet inMicros(RuleSet rules) {
    return rules
        .withLists(entriesInMicros(rules.deny()), entriesInMicros(rules.allow()))
        .withOverrides(
            rules.overrides().stream()
                .map(
                    each ->
                        new LimitOverride(
                            each.user(),
                            each.rule(),
                            each.policy(),
                            each.reason(),
                            each.author(),
                            each.until().map(Edits::micros)))
                .toList());
  }

  private static List<ListEntry> entriesInMicros(List<ListEntry> entries) {
    return entries.stream()
        .map(
            each ->
                new ListEntry(
                    each.client(), each.reason(), each.author(), each.until().map(Edits::micros)))
        .toList();
  }

  private static Instant micros(Instant instant) {
    return instant.truncatedTo(ChronoUnit.MICROS);
  }
}
