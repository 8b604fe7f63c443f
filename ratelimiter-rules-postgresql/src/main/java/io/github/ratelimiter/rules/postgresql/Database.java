package io.github.ratelimiter.rules.postgresql;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * Where the tables are, and how long an answer may take. Immutable.
 *
 * @param dataSource gives connections
 * @param schema the schema of the tables; empty for that of a new connection
 * @param timeout how long an answer may take
 */
record Database(DataSource dataSource, Optional<String> schema, Duration timeout) {
  /** What to do without tables, or with old ones. */
  static final String ADVICE =
      "call RuleDatabase.migrate() or run the migrations in db/ratelimiter/migration";

  private static final String NO_TABLE = "42P01";
  private static final String NO_COLUMN = "42703";
  private static final String NO_SCHEMA = "3F000";

  /** The first digits of the states of values that do not fit, and of constraints. */
  private static final String DATA = "22";

  private static final String CONSTRAINT = "23";

  /** A text that is too long for an index. */
  private static final String TOO_LARGE = "54";

  /** What is done with a connection. */
  @FunctionalInterface
  interface Work<T> {
    T with(Session session) throws SQLException;
  }

  /**
   * Who changes something.
   *
   * @param name for the history
   * @param origin from where; empty if it is not known
   */
  record Author(String name, String origin) {}

  /** Reads. Each statement is a transaction of its own. */
  <T> T use(Work<T> work) {
    try (Session session = Session.open(this)) {
      return work.with(session);
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  /**
   * Changes something, in one transaction.
   *
   * @param by who changes it
   */
  <T> T change(Author by, Work<T> work) {
    try (Session session = Session.open(this)) {
      return session.transaction(by, work);
    } catch (SQLException e) {
      String state = state(e);
      if (Stream.of(DATA, CONSTRAINT, TOO_LARGE).anyMatch(state::startsWith)) {
        throw new IllegalArgumentException("PostgreSQL cannot store this: " + e.getMessage(), e);
      }
      throw failure(e);
    }
  }

  /** Returns the name of a table, which works whatever the path of the connection is. */
  String table(String name) {
    return quotedSchema().map(quoted -> quoted + "." + name).orElse(name);
  }

  Optional<String> quotedSchema() {
    return schema.map(name -> '"' + name.replace("\"", "\"\"") + '"');
  }

  RuleDatabaseException failure(SQLException e) {
    String problem =
        switch (state(e)) {
          case NO_TABLE, NO_SCHEMA -> "there are no tables of rules; " + ADVICE;
          case NO_COLUMN -> "the tables of rules are not up to date; " + ADVICE;
          default -> "the database failed";
        };
    return new RuleDatabaseException("%s: %s (%s)".formatted(this, problem, e.getMessage()), e);
  }

  private static String state(SQLException e) {
    return Optional.ofNullable(e.getSQLState()).orElse("");
  }

  @Override
  public String toString() {
    return schema.map("schema '%s'"::formatted).orElse("the schema of the connection");
  }
}
