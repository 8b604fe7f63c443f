package io.github.ratelimiter.server.admin;

import io.github.ratelimiter.rules.ListEntry;
import io.github.ratelimiter.rules.Rule;
import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.rules.RuleState;
import io.github.ratelimiter.rules.RuleVersion;
import io.github.ratelimiter.rules.Rules;
import io.github.ratelimiter.rules.postgresql.RuleConflictException;
import io.github.ratelimiter.rules.postgresql.RuleDatabase;
import io.github.ratelimiter.rules.postgresql.RuleEditor;
import io.github.ratelimiter.rules.postgresql.RuleStamp;
import io.github.ratelimiter.server.database.SharedRules;
import io.github.ratelimiter.server.security.Caller;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads and changes the rules. With a database, both are done there, so that all instances agree.
 * Without one, the rules in force can be read. Thread-safe.
 *
 * <p>Methods throw {@link io.github.ratelimiter.server.database.DatabaseAwayException} or {@link
 * io.github.ratelimiter.rules.postgresql.RuleDatabaseException} if the database does not answer,
 * and {@link NeedsDatabaseException} if there is none and one is needed.
 */
public final class AdminRules {
  private final Rules rules;
  private final Optional<SharedRules> shared;

  /**
   * Creates it.
   *
   * @param rules the rules in force
   * @param shared the database, if there is one
   */
  public AdminRules(Rules rules, Optional<SharedRules> shared) {
    this.rules = rules;
    this.shared = shared;
  }

  /** Returns whether all instances share the rules. */
  public boolean isShared() {
    return shared.isPresent();
  }

  /** Returns the database. */
  public RuleDatabase database() {
    return shared.orElseThrow(NeedsDatabaseException::new).database();
  }

  // --- reading ---------------------------------------------------------------------------------

  /** Returns the rules as they are. */
  public RuleVersion current() {
    return shared.map(each -> each.database().read()).orElseGet(rules::version);
  }

  /** Returns when rules were made and changed; without a database, that is not known. */
  public Map<String, RuleStamp> stamps() {
    return shared.map(each -> each.database().stamps()).orElse(Map.of());
  }

  /** Returns the last versions, the newest first. */
  public List<RuleVersion> versions(int most) {
    return shared
        .map(each -> each.database().versions(most))
        .orElseGet(() -> rules.versions().stream().limit(most).toList());
  }

  /**
   * Returns a version.
   *
   * @throws NotFoundException if there is none
   */
  public RuleVersion version(long number) {
    return shared
        .map(each -> each.database().version(number))
        .orElseGet(
            () -> rules.versions().stream().filter(each -> each.number() == number).findFirst())
        .orElseThrow(
            () ->
                new NotFoundException(
                    "there is no version %d; the last 100 are kept".formatted(number)));
  }

  /**
   * Returns a rule of a version.
   *
   * @throws NotFoundException if there is none
   */
  public static Rule rule(RuleVersion version, String id) {
    return version
        .rules()
        .rule(id)
        .orElseThrow(() -> new NotFoundException("there is no rule '%s'".formatted(id)));
  }

  /** Returns all rules of a version, the default at the end. */
  public static List<Rule> all(RuleVersion version) {
    RuleSet set = version.rules();
    return Stream.concat(set.rules().stream(), set.defaultRule().stream()).toList();
  }

  /** Returns the form of a rule. */
  public static ObjectNode form(RuleVersion version, Rule rule) {
    return RuleForms.of(rule, isDefault(version, rule.id()));
  }

  /** Returns the form of all rules: that of a rule file. */
  public static ObjectNode form(RuleSet rules) {
    return RuleForms.of(rules);
  }

  private static boolean isDefault(RuleVersion version, String id) {
    return version.rules().defaultRule().filter(rule -> rule.id().equals(id)).isPresent();
  }

  // --- changes of one rule ---------------------------------------------------------------------

  /** A rule after a change. */
  public record Changed(RuleVersion version, Rule rule) {}

  /**
   * Adds a rule.
   *
   * @throws BadFormException if it has mistakes
   * @throws RefusedChangeException if there is one with its ID
   */
  public Changed create(Caller caller, ObjectNode form) {
    database();
    Rule rule = RuleForms.created(form);
    RuleVersion version = edit(caller, editor -> editor.create(rule));
    return new Changed(version, rule(version, rule.id()));
  }

  /**
   * Changes a rule: fields that the form does not have stay.
   *
   * @param revision from which the rule was read
   */
  public Changed update(Caller caller, String id, ObjectNode form, long revision) {
    RuleVersion before = checked(revision);
    Rule rule = RuleForms.changed(rule(before, id), isDefault(before, id), form);
    // The fields that stay are those of this version, so nothing after it may be lost.
    long base = Math.min(revision, before.number());
    RuleVersion version = edit(caller, editor -> editor.update(rule, base));
    return new Changed(version, rule(version, id));
  }

  /** Changes the state of a rule. */
  public Changed changeState(Caller caller, String id, String state, long revision) {
    rule(checked(revision), id);
    RuleState next = state(state);
    RuleVersion version = edit(caller, editor -> editor.changeState(id, next, revision));
    return new Changed(version, rule(version, id));
  }

  /** Deletes a rule, with the limits under it that users have of their own. */
  public RuleVersion delete(Caller caller, String id, long revision) {
    rule(checked(revision), id);
    return edit(caller, editor -> editor.delete(id, revision));
  }

  /**
   * Reads the name of a state.
   *
   * @throws BadFormException if there is no such state
   */
  public static RuleState state(String name) {
    return Stream.of(RuleState.values())
        .filter(state -> state.text().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                BadFormException.of(
                    "state",
                    "found '%s', expected one of %s"
                        .formatted(
                            name,
                            Stream.of(RuleState.values())
                                .map(RuleState::text)
                                .collect(Collectors.joining(", ")))));
  }

  /** Reads the rules that a caller has seen or that are later. A revision to come is a mistake. */
  private RuleVersion checked(long revision) {
    database();
    RuleVersion version = current();
    if (revision > version.number()) {
      throw new StaleException(
          "there is no revision %d; the last one is %d".formatted(revision, version.number()),
          version.number());
    }
    return version;
  }

  // --- changes of all --------------------------------------------------------------------------

  /** Returns what the rules would be with other parts: parts that the form does not have stay. */
  public RuleSet planned(RuleSet before, ObjectNode form) {
    return RuleForms.replaced(before, form);
  }

  /** Replaces rules: parts that the form does not have stay. */
  public RuleVersion replace(Caller caller, ObjectNode form, long revision) {
    RuleSet after = planned(checked(revision).rules(), form);
    return edit(caller, editor -> editor.replace(after, revision));
  }

  /** Returns to an earlier version. */
  public RuleVersion rollback(Caller caller, long number, long revision) {
    database();
    version(number);
    return edit(caller, editor -> editor.rollback(number, revision));
  }

  // --- lists and the switch --------------------------------------------------------------------

  /** Adds a client to the list of those that are denied, or of those that are allowed. */
  public RuleVersion enlist(Caller caller, boolean deny, ObjectNode form) {
    database();
    ListEntry entry = RuleForms.entry(form);
    return edit(caller, editor -> deny ? editor.deny(entry) : editor.allow(entry));
  }

  /**
   * Removes all entries of a client from both lists.
   *
   * @throws NotFoundException if there is none
   */
  public RuleVersion unlist(Caller caller, ObjectNode form) {
    RuleSet now = database().read().rules();
    ListEntry.ClientId client = RuleForms.entry(form).client();
    if (Stream.concat(now.deny().stream(), now.allow().stream())
        .noneMatch(entry -> entry.client().equals(client))) {
      throw new NotFoundException("no list has this client");
    }
    return edit(caller, editor -> editor.unlist(client));
  }

  /** Sets all rules of all instances into shadow, or ends that. */
  public RuleVersion shadowAll(Caller caller, boolean shadowed) {
    return edit(caller, editor -> editor.shadowAll(shadowed));
  }

  private RuleVersion edit(Caller caller, Function<RuleEditor, RuleVersion> change) {
    try {
      return change.apply(database().editor(caller.name(), caller.address()));
    } catch (RuleConflictException e) {
      throw new StaleException(String.valueOf(e.getMessage()), e.actual());
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new RefusedChangeException(String.valueOf(e.getMessage()));
    }
  }

  // --- what rules name -------------------------------------------------------------------------

  /** Returns whether a rule has limits of a tier, or a condition that names it. */
  public static boolean namesTier(Rule rule, String tier) {
    return RuleParts.tiers(rule).contains(tier);
  }

  /** Returns whether a rule has a path in which a text is. */
  public static boolean namesPath(Rule rule, String text) {
    return RuleParts.paths(rule).stream().anyMatch(path -> path.contains(text));
  }

  /** Returns the names of the tiers in rules. */
  public static Set<String> tiers(RuleVersion version) {
    return all(version).stream()
        .flatMap(rule -> RuleParts.tiers(rule).stream())
        .collect(Collectors.toUnmodifiableSet());
  }
}
