package io.github.ratelimiter.rules.postgresql;

import java.sql.SQLException;
import java.util.List;

/** Makes the tables, for applications that do not use Flyway. The files have the names it wants. */
final class Migrations {
  /** In the order of their versions, which begin with 1. */
  static final List<String> FILES =
      List.of(
          "V1__rules.sql",
          "V2__history.sql",
          "V3__user_tiers.sql",
          "V4__origin_and_shadow.sql",
          "V5__user_limits.sql",
          "V6__statistics.sql");

  private static final String FOLDER = "/db/ratelimiter/migration/";

  private static final String APPLIED =
      """
      CREATE TABLE IF NOT EXISTS rate_limit_migrations (
        version    integer PRIMARY KEY,
        file       text NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT now()
      )
      """;

  private Migrations() {}

  /** Requires a transaction. */
  static int apply(Session session) throws SQLException {
    lock(session);
    if (session.database().schema().isPresent()) {
      createSchema(session);
    }
    if (exists(session, "rate_limit_rule_set") && !exists(session, "rate_limit_migrations")) {
      throw new IllegalStateException(
          "%s has tables of rules that another tool made; migrate with that tool, and do not call"
                  .formatted(session.database())
              + " migrate()");
    }
    session.execute(APPLIED);
    int applied = applied(session);
    for (int version = applied + 1; version <= FILES.size(); version++) {
      String file = FILES.get(version - 1);
      session.execute(Writing.resource(Migrations.class, FOLDER + file));
      session.update(
          "INSERT INTO rate_limit_migrations (version, file) VALUES (?, ?)", version, file);
    }
    return Math.max(0, FILES.size() - applied);
  }

  /** Holds until the end of the transaction. */
  private static void lock(Session session) throws SQLException {
    session.query(
        "SELECT pg_advisory_xact_lock(hashtextextended(?, 0))",
        row -> true,
        "ratelimiter rules in " + session.database());
  }

  /** A user that may not create schemas can migrate if the schema exists. */
  private static void createSchema(Session session) throws SQLException {
    String schema = session.database().quotedSchema().orElseThrow();
    if (!is(session, "SELECT to_regnamespace(?) IS NOT NULL", schema)) {
      session.execute("CREATE SCHEMA " + schema);
    }
  }

  private static boolean exists(Session session, String table) throws SQLException {
    return is(session, "SELECT to_regclass(?) IS NOT NULL", session.database().table(table));
  }

  private static boolean is(Session session, String sql, String name) throws SQLException {
    return session.query(sql, row -> row.getBoolean(1), name).get(0);
  }

  private static int applied(Session session) throws SQLException {
    String sql = "SELECT coalesce(max(version), 0) FROM rate_limit_migrations";
    return session.query(sql, row -> row.getInt(1)).get(0);
  }
}
