package io.github.ratelimiter.rules.postgresql;

import io.github.ratelimiter.rules.RuleVersion;
import io.github.ratelimiter.rules.file.RuleFileException;
import io.github.ratelimiter.rules.file.RuleText;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * Reads rules and their history. The database puts the rows together in the form of a rule file, so
 * that there is one form and one reader.
 */
final class Reading {
  private Reading() {}

  /** Returns the number of the last revision. */
  static long revision(Session session) throws SQLException {
    return only(
        session,
        "SELECT revision FROM " + session.database().table("rate_limit_rule_set"),
        row -> row.getLong("revision"));
  }

  /**
   * Returns the rules, in one consistent state.
   *
   * @throws RuleDatabaseException if they are not valid
   */
  static RuleVersion rules(Session session) throws SQLException {
    return only(
        session,
        "SELECT revision, changed_at AS created_at, changed_by AS created_by, rules FROM "
            + session.database().table("rate_limit_rule_file"),
        Reading::version);
  }

  static List<RuleVersion> versions(Session session, int most) throws SQLException {
    return session.query(
        versions(session, "ORDER BY revision DESC LIMIT ?"), Reading::version, most);
  }

  static Optional<RuleVersion> version(Session session, long revision) throws SQLException {
    return session
        .query(versions(session, "WHERE revision = ?"), Reading::version, revision)
        .stream()
        .findFirst();
  }

  private static String versions(Session session, String rest) {
    return "SELECT * FROM " + session.database().table("rate_limit_rule_versions") + " " + rest;
  }

  static List<AuditEntry> changes(Session session, long before, int most) throws SQLException {
    return session.query(changes(session, ""), Reading::change, before, most);
  }

  static List<AuditEntry> changesOf(Session session, String rule, long before, int most)
      throws SQLException {
    return session.query(changes(session, "AND rule_id = ?"), Reading::change, before, rule, most);
  }

  static Map<String, RuleStamp> stamps(Session session) throws SQLException {
    String table = session.database().table("rate_limit_rules");
    return session.query("SELECT * FROM " + table, Reading::stamp).stream()
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static Map.Entry<String, RuleStamp> stamp(ResultSet row) throws SQLException {
    return Map.entry(
        row.getString("rule_id"),
        new RuleStamp(
            instant(row),
            row.getString("created_by"),
            row.getObject("updated_at", OffsetDateTime.class).toInstant(),
            row.getString("updated_by"),
            row.getLong("revision")));
  }

  static boolean isShadowed(Session session) throws SQLException {
    String table = session.database().table("rate_limit_rule_set");
    return only(session, "SELECT shadow FROM " + table, row -> row.getBoolean("shadow"));
  }

  private static String changes(Session session, String condition) {
    return """
    SELECT audit_id, revision, created_at, created_by, origin, event_type, rule_id, user_id,
        changes ->> 'before' AS before, changes ->> 'after' AS after
    FROM %s WHERE audit_id < ? %s ORDER BY audit_id DESC LIMIT ?
    """
        .formatted(session.database().table("rate_limit_audit_log"), condition);
  }

  // --- rows ------------------------------------------------------------------------------------

  private static <T> T only(Session session, String sql, Session.Row<T> reader)
      throws SQLException {
    return session.query(sql, reader).stream()
        .findFirst()
        .orElseThrow(() -> new SQLException("rate_limit_rule_set has no row; it must have one"));
  }

  private static RuleVersion version(ResultSet row) throws SQLException {
    long revision = row.getLong("revision");
    try {
      return new RuleVersion(
          revision,
          instant(row),
          row.getString("created_by"),
          RuleText.parse(printable(row.getString("rules"))));
    } catch (RuleFileException e) {
      throw new RuleDatabaseException(
          "the rules of revision %d are not valid: %s".formatted(revision, e.getMessage()), e);
    }
  }

  private static AuditEntry change(ResultSet row) throws SQLException {
    long revision = row.getLong("revision");
    OptionalLong known = row.wasNull() ? OptionalLong.empty() : OptionalLong.of(revision);
    return new AuditEntry(
        row.getLong("audit_id"),
        known,
        instant(row),
        row.getString("created_by"),
        Optional.ofNullable(row.getString("origin")),
        row.getString("event_type"),
        Optional.ofNullable(row.getString("rule_id")),
        Optional.ofNullable(row.getString("user_id")),
        Optional.ofNullable(row.getString("before")),
        Optional.ofNullable(row.getString("after")));
  }

  private static Instant instant(ResultSet row) throws SQLException {
    return row.getObject("created_at", OffsetDateTime.class).toInstant();
  }

  /** JSON may have characters that YAML does not allow, so all but ASCII is escaped. */
  private static String printable(String json) {
    if (json.chars().allMatch(c -> c <= '~')) {
      return json;
    }
    StringBuilder text = new StringBuilder(json.length() + 64);
    json.chars()
        .forEach(c -> text.append(c <= '~' ? Character.toString(c) : "\\u%04x".formatted(c)));
    return text.toString();
  }
}
