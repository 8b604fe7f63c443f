package io.github.ratelimiter.rules.postgresql;

import io.github.ratelimiter.rules.LimitOverride;
import io.github.ratelimiter.rules.ListEntry;
import io.github.ratelimiter.rules.Rule;
import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.rules.RuleState;
import io.github.ratelimiter.rules.RuleVersion;
import java.sql.SQLException;
import java.util.function.UnaryOperator;

/**
 * Changes rules in a database, in the name of an author; see {@link RuleDatabase#editor}. Immutable
 * and thread-safe.
 *
 * <p>Each change is a transaction: it is stored as a whole or not at all. It returns the rules as
 * they are stored afterwards, with a new revision as the number; a change that changes nothing
 * makes no revision. Changes wait for each other, at most for the timeout.
 *
 * <p>Methods with a {@code revision} change what the caller has read before. They throw a {@link
 * RuleConflictException} if it was changed since. The other methods add to what there is, or remove
 * from it, and cannot conflict.
 *
 * <p>All methods throw {@link RuleDatabaseException} if the database fails, and {@link
 * IllegalArgumentException} for rules that cannot be stored. Ends are stored in microseconds; what
 * is beyond that is cut off. If the connection is lost during a change, it is not known whether it
 * was stored: read the rules.
 */
public final class RuleEditor {
  private final Database database;
  private final Database.Author by;

  RuleEditor(Database database, Database.Author by) {
    this.database = database;
    this.by = by;
  }

  // --- one rule --------------------------------------------------------------------------------

  /**
   * Adds a rule, as the last one of its priority.
   *
   * @param rule the rule
   * @return the rules after the change
   * @throws IllegalArgumentException if there is a rule with the same ID
   */
  public RuleVersion create(Rule rule) {
    return change(
        rules -> {
          if (rules.rule(rule.id()).isPresent()) {
            throw new IllegalArgumentException("there is a rule '%s' already".formatted(rule.id()));
          }
          return rules.withRules(Edits.plus(rules.rules(), rule));
        });
  }

  /**
   * Changes a rule, which can be the default rule.
   *
   * @param rule the new form of the rule
   * @param revision the revision from which the rule was read
   * @return the rules after the change
   * @throws RuleConflictException if the rule was changed or deleted after that revision
   * @throws IllegalArgumentException if there is no such rule
   * @throws IllegalStateException if the state of the rule cannot follow on the one before
   */
  public RuleVersion update(Rule rule, long revision) {
    return changeRule(rule.id(), revision, rules -> Edits.withRule(rules, rule));
  }

  /**
   * Changes the state of a rule.
   *
   * @param id the ID of the rule
   * @param state the new state
   * @param revision the revision from which the rule was read
   * @return the rules after the change
   * @throws RuleConflictException if the rule was changed or deleted after that revision
   * @throws IllegalArgumentException if there is no such rule
   * @throws IllegalStateException if the state cannot follow on the one before
   */
  public RuleVersion changeState(String id, RuleState state, long revision) {
    return changeRule(
        id,
        revision,
        rules ->
            Edits.withRule(rules, rules.rule(id).orElseThrow().with(rule -> rule.state(state))));
  }

  /**
   * Deletes a rule, with the limits under it that users have of their own.
   *
   * @param id the ID of the rule
   * @param revision the revision from which the rule was read
   * @return the rules after the change
   * @throws RuleConflictException if the rule was changed or deleted after that revision
   * @throws IllegalArgumentException if there is no such rule
   */
  public RuleVersion delete(String id, long revision) {
    return changeRule(id, revision, rules -> Edits.withoutRule(rules, id));
  }

  private RuleVersion changeRule(String id, long revision, UnaryOperator<RuleSet> change) {
    return database.change(
        by,
        session -> {
          Writing.lock(session);
          Conflicts.checkRule(session, id, revision);
          return store(session, change);
        });
  }

  // --- lists and users -------------------------------------------------------------------------

  /**
   * Adds to the clients that are always denied.
   *
   * @param entry the client; without an author, it gets the one of this editor
   * @return the rules after the change
   */
  public RuleVersion deny(ListEntry entry) {
    return change(
        rules ->
            rules.withLists(Edits.plus(rules.deny(), Edits.by(by.name(), entry)), rules.allow()));
  }

  /**
   * Adds to the clients that are always allowed.
   *
   * @param entry the client; without an author, it gets the one of this editor
   * @return the rules after the change
   */
  public RuleVersion allow(ListEntry entry) {
    return change(
        rules ->
            rules.withLists(rules.deny(), Edits.plus(rules.allow(), Edits.by(by.name(), entry))));
  }

  /**
   * Removes all entries of a client from both lists.
   *
   * @param client the client, exactly as in the entries
   * @return the rules after the change
   */
  public RuleVersion unlist(ListEntry.ClientId client) {
    return change(
        rules ->
            rules.withLists(
                Edits.without(rules.deny(), client), Edits.without(rules.allow(), client)));
  }

  /**
   * Adds limits of a user of his own.
   *
   * @param override the limits; without an author, they get the one of this editor
   * @return the rules after the change
   * @throws IllegalArgumentException if there is no such rule
   */
  public RuleVersion override(LimitOverride override) {
    return change(
        rules -> rules.withOverrides(Edits.plus(rules.overrides(), Edits.by(by.name(), override))));
  }

  /**
   * Removes all limits that a user has of his own under a rule.
   *
   * @param user the user
   * @param rule the ID of the rule
   * @return the rules after the change
   */
  public RuleVersion removeOverrides(String user, String rule) {
    return change(
        rules ->
            rules.withOverrides(
                rules.overrides().stream()
                    .filter(each -> !(each.user().equals(user) && each.rule().equals(rule)))
                    .toList()));
  }

  /**
   * Sets the tier of a user. This makes no revision: limits of tiers are in the rules, and who has
   * which tier is asked with {@link RuleDatabase#tierOf}.
   *
   * @param user the user
   * @param tier the name of the tier
   */
  public void setTier(String user, String tier) {
    database.change(
        by,
        session -> {
          UserTiers.set(session, user, tier, by.name());
          return true;
        });
  }

  /**
   * Removes the tier of a user.
   *
   * @param user the user
   * @return whether the user had one
   */
  public boolean removeTier(String user) {
    return database.change(by, session -> UserTiers.remove(session, user));
  }

  /**
   * Sets all rules into shadow, or ends that. It is a revision with the same rules, so a watch
   * notices it; then ask {@link RuleDatabase#isShadowed}.
   *
   * @param shadowed whether all rules are in shadow
   * @return the rules after the change
   */
  public RuleVersion shadowAll(boolean shadowed) {
    return database.change(
        by,
        session -> {
          session.update(
              "UPDATE rate_limit_rule_set SET shadow = ? WHERE shadow <> ?", shadowed, shadowed);
          return Reading.rules(session);
        });
  }

  // --- all rules -------------------------------------------------------------------------------

  /**
   * Changes anything.
   *
   * @param change gets the rules as they are, and returns the new ones; all other changes wait for
   *     it, so it should not block
   * @return the rules after the change
   */
  public RuleVersion change(UnaryOperator<RuleSet> change) {
    return database.change(
        by,
        session -> {
          Writing.lock(session);
          return store(session, change);
        });
  }

  private static RuleVersion store(Session session, UnaryOperator<RuleSet> change)
      throws SQLException {
    RuleVersion before = Reading.rules(session);
    RuleSet after = Edits.inMicros(change.apply(before.rules()));
    if (after.equals(before.rules())) {
      return before;
    }
    Writing.replace(session, before.rules(), after);
    return stored(session, after);
  }

  /** Returns what is stored, which is what should be, or else nothing is. */
  private static RuleVersion stored(Session session, RuleSet expected) throws SQLException {
    RuleVersion now = Reading.rules(session);
    if (!now.rules().equals(expected)) {
      throw new IllegalStateException(
          "%s: the tables have no place for a part of these rules, so nothing is stored; %s"
              .formatted(session.database(), Database.ADVICE));
    }
    return now;
  }

  /**
   * Replaces all rules, lists and overrides. This also works if what is stored is not valid.
   *
   * @param rules the rules
   * @param revision the revision that they replace
   * @return the rules after the change
   * @throws RuleConflictException if there is a later revision
   */
  public RuleVersion replace(RuleSet rules, long revision) {
    return database.change(
        by,
        session -> {
          Conflicts.checkAll(session, Writing.lock(session), revision);
          return storeAll(session, rules);
        });
  }

  /**
   * Replaces all rules, lists and overrides by those of an earlier version, as a new revision.
   *
   * @param number the number of the earlier version
   * @param revision the revision that they replace
   * @return the rules after the change
   * @throws RuleConflictException if there is a later revision than that
   * @throws IllegalArgumentException if there is no such version, or it is too old
   */
  public RuleVersion rollback(long number, long revision) {
    return database.change(
        by,
        session -> {
          Conflicts.checkAll(session, Writing.lock(session), revision);
          RuleVersion version =
              Reading.version(session, number)
                  .orElseThrow(
                      () ->
                          new IllegalArgumentException(
                              "there is no version %d; the last 100 are kept".formatted(number)));
          return storeAll(session, version.rules());
        });
  }

  private static RuleVersion storeAll(Session session, RuleSet rules) throws SQLException {
    RuleSet after = Edits.inMicros(rules);
    Writing.replaceAll(session, after);
    return stored(session, after);
  }

  /** Returns the author, and where the rules are. */
  @Override
  public String toString() {
    return "rules in %s, changed by %s".formatted(database, by.name());
  }
}
