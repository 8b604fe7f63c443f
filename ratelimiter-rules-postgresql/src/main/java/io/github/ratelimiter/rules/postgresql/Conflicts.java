package io.github.ratelimiter.rules.postgresql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** Finds out whether somebody else has changed what a change is based on. Requires the lock. */
final class Conflicts {
  /** Who made a revision. */
  private record Other(long revision, String author) {
    static Other of(ResultSet row) throws SQLException {
      return new Other(row.getLong("revision"), row.getString("author"));
    }
  }

  private Conflicts() {}

  /** Checks all rules. */
  static void checkAll(Session session, long actual, long expected) throws SQLException {
    if (actual != expected) {
      Other other =
          one(
                  session,
                  "SELECT revision, changed_by AS author FROM rate_limit_rule_set WHERE only_row = ?",
                  true)
              .orElseThrow();
      throw new RuleConflictException(
          "the rules were changed", expected, other.revision(), other.author());
    }
  }

  /** Checks one rule. */
  static void checkRule(Session session, String id, long expected) throws SQLException {
    Optional<Other> change =
        one(
            session,
            "SELECT revision, updated_by AS author FROM rate_limit_rules WHERE rule_id = ?",
            id);
    if (change.isPresent()) {
      check("rule '" + id + "' was changed", expected, change.get());
      return;
    }
    Optional<Other> deletion =
        one(
            session,
            """
            SELECT revision, created_by AS author FROM rate_limit_audit_log
            WHERE rule_id = ? AND event_type = 'rule_deleted' ORDER BY audit_id DESC LIMIT 1
            """,
            id);
    if (deletion.isPresent()) {
      check("rule '" + id + "' was deleted", expected, deletion.get());
    }
    throw new IllegalArgumentException("there is no rule '" + id + "'");
  }

  private static void check(String what, long expected, Other other) {
    if (other.revision() > expected) {
      throw new RuleConflictException(what, expected, other.revision(), other.author());
    }
  }

  private static Optional<Other> one(Session session, String sql, Object parameter)
      throws SQLException {
    return session.query(sql, Other::of, parameter).stream().findFirst();
  }
}
