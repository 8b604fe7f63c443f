package io.github.ratelimiter.rules.postgresql;

import static org.junit.jupiter.api.Assumptions.abort;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/**
 * One PostgreSQL server for all tests, which ends with the JVM. Each test has a schema of its own.
 */
final class TestServer {
  private static final AtomicInteger SCHEMAS = new AtomicInteger();

  private TestServer() {}

  /** Started by the first test that needs it. Empty if it does not start here. */
  private static final class Holder {
    static final Optional<EmbeddedPostgres> SERVER = start();

    private static Optional<EmbeddedPostgres> start() {
      try {
        return Optional.of(EmbeddedPostgres.start());
      } catch (IOException | RuntimeException e) {
        return Optional.empty();
      }
    }
  }

  /** Makes a connection for each call. Aborts the test if there is no server. */
  static DataSource dataSource() {
    return Holder.SERVER
        .orElseGet(() -> abort("PostgreSQL does not start here"))
        .getPostgresDatabase();
  }

  /** The pool of all tests. */
  private static final class Pool {
    static final DataSource POOL = pool();

    private static DataSource pool() {
      HikariConfig config = new HikariConfig();
      config.setDataSource(dataSource());
      config.setMaximumPoolSize(30);
      config.setMinimumIdle(2);
      return new HikariDataSource(config);
    }
  }

  /** Returns the name of a schema that does not exist yet. */
  static String newSchema() {
    // Not in lower case, so that it needs quotes everywhere.
    return "Limits " + SCHEMAS.incrementAndGet();
  }

  /** Returns rules in a schema of their own. */
  static RuleDatabase newDatabase(String schema) {
    dataSource(); // Aborts here, and not while the pool is made.
    RuleDatabase database = RuleDatabase.of(Pool.POOL).withSchema(schema);
    database.migrate();
    return database;
  }

  /** Runs statements by hand, as the user of the database, in one transaction. */
  static void execute(String schema, String sql) {
    executeEach(schema, List.of(sql));
  }

  /** Runs statements by hand, each in a transaction. */
  static void executeEach(String schema, List<String> statements) {
    try (Connection connection = dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("SET search_path TO \"%s\"".formatted(schema));
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  /** Returns the rows of a query, each with its values separated by commas. */
  static String query(String schema, String sql) {
    StringBuilder rows = new StringBuilder();
    try (Connection connection = dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("SET search_path TO \"%s\"".formatted(schema));
      try (ResultSet row = statement.executeQuery(sql)) {
        while (row.next()) {
          for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
            rows.append(i == 1 ? "" : ", ").append(row.getString(i));
          }
          rows.append("\n");
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
    return rows.toString();
  }
}
