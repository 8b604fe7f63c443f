package io.github.ratelimiter.rules.postgresql;

import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.rules.file.RuleText;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Stores rules. The database takes the form of a rule file apart into rows. Only what differs is
 * written, so that a rule keeps its revision when another one is changed.
 */
final class Writing {
  private static final Pattern NUL = Pattern.compile("(?<!\\\\)(\\\\\\\\)*\\\\u0000");

  private static final String DELETE_RULES = script("delete-rules.sql");
  private static final String SAVE_RULES = script("save-rules.sql");
  private static final String SAVE_LISTS = script("save-lists.sql");
  private static final String SAVE_OVERRIDES = script("save-overrides.sql");
  private static final String SAVE_SETTINGS = script("save-settings.sql");

  private Writing() {}

  private static String script(String name) {
    return resource(Writing.class, name);
  }

  /** Reads a file that is in the module. */
  static String resource(Class<?> neighbour, String name) {
    try (InputStream in = Objects.requireNonNull(neighbour.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes all other changes wait until the end of the transaction, and returns the revision. */
  static long lock(Session session) throws SQLException {
    String sql = "SELECT revision FROM rate_limit_rule_set FOR UPDATE";
    return session.query(sql, row -> row.getLong("revision")).get(0);
  }

  /** Replaces rules. Requires the lock. */
  static void replace(Session session, RuleSet before, RuleSet after) throws SQLException {
    String file = json(after);
    boolean rules =
        !before.rules().equals(after.rules()) || !before.defaultRule().equals(after.defaultRule());
    if (rules) {
      session.update(DELETE_RULES, file);
      session.update(SAVE_RULES, file);
    }
    if (!before.overrides().equals(after.overrides())) {
      session.update(SAVE_OVERRIDES, file);
    }
    if (!before.deny().equals(after.deny()) || !before.allow().equals(after.allow())) {
      session.update(SAVE_LISTS, file);
    }
    if (before.combination() != after.combination()
        || !before.defenses().equals(after.defenses())) {
      session.update(SAVE_SETTINGS, file);
    }
  }

  /** Replaces everything, whatever there is, so that also invalid rules can be replaced. */
  static void replaceAll(Session session, RuleSet after) throws SQLException {
    String file = json(after);
    session.update(DELETE_RULES, file);
    session.update(SAVE_RULES, file);
    session.update(SAVE_OVERRIDES, file);
    session.update(SAVE_LISTS, file);
    session.update(SAVE_SETTINGS, file);
  }

  private static String json(RuleSet rules) {
    String file = RuleText.writeJson(rules);
    if (NUL.matcher(file).find()) {
      throw new IllegalArgumentException(
          "a text in the rules has the character U+0000, which PostgreSQL cannot store");
    }
    return file;
  }
}
