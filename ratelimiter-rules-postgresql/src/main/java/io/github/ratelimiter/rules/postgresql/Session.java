package io.github.ratelimiter.rules.postgresql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection that is given back as it was. Not thread-safe. */
final class Session implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RuleDatabase.class);

  /** The server ends a statement at the timeout. Later than that it is taken for dead. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  private final Database database;
  private final Connection connection;
  private final boolean autoCommit;
  private final int networkTimeoutMillis;
  private boolean listens;

  private Session(Database database, Connection connection) throws SQLException {
    this.database = database;
    this.connection = connection;
    this.autoCommit = connection.getAutoCommit();
    this.networkTimeoutMillis = connection.getNetworkTimeout();
    connection.setAutoCommit(true);
    connection.setNetworkTimeout(Runnable::run, millis(database.timeout().plus(GRACE)));
  }

  private static int millis(Duration time) {
    return Math.toIntExact(time.toMillis());
  }

  static Session open(Database database) throws SQLException {
    Connection connection = database.dataSource().getConnection();
    try {
      return new Session(database, connection);
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  Database database() {
    return database;
  }

  // --- statements ------------------------------------------------------------------------------

  /** Reads a row. */
  @FunctionalInterface
  interface Row<T> {
    T read(ResultSet row) throws SQLException;
  }

  /** Runs a query. */
  <T> List<T> query(String sql, Row<T> reader, @Nullable Object... parameters) throws SQLException {
    try (PreparedStatement select = prepared(sql, parameters);
        ResultSet row = select.executeQuery()) {
      List<T> all = new ArrayList<>();
      while (row.next()) {
        all.add(reader.read(row));
      }
      return all;
    }
  }

  /** Changes rows, and returns how many. */
  int update(String sql, @Nullable Object... parameters) throws SQLException {
    try (PreparedStatement statement = prepared(sql, parameters)) {
      return statement.executeUpdate();
    }
  }

  private PreparedStatement prepared(String sql, @Nullable Object... parameters)
      throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    for (int i = 0; i < parameters.length; i++) {
      statement.setObject(i + 1, parameters[i]);
    }
    return statement;
  }

  /** Runs a script of several statements. */
  void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  // --- transactions ----------------------------------------------------------------------------

  /** Each statement sees what others have committed before it, whatever the pool's setting is. */
  <T> T transaction(Database.Author author, Database.Work<T> work) throws SQLException {
    connection.setAutoCommit(false);
    boolean committed = false;
    try {
      execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED");
      begin(author);
      T result = work.with(this);
      connection.commit();
      committed = true;
      return result;
    } finally {
      if (!committed) {
        rollback();
      }
    }
  }

  /** Sets parameters until the end of the transaction. */
  private void begin(Database.Author author) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            SELECT
              set_config('ratelimiter.author', ?, true),
              set_config('ratelimiter.origin', ?, true),
              set_config('statement_timeout', ?, true),
              set_config('search_path', coalesce(?, current_setting('search_path')), true)
            """)) {
      statement.setString(1, author.name());
      statement.setString(2, author.origin());
      statement.setString(3, Long.toString(database.timeout().toMillis()));
      statement.setString(4, database.quotedSchema().orElse(null));
      statement.execute();
    }
  }

  private void rollback() {
    try {
      connection.rollback();
    } catch (SQLException e) { // The first failure is the one to tell.
      LOG.atDebug().setCause(e).log("A transaction could not be rolled back");
    }
  }

  // --- notifications ---------------------------------------------------------------------------

  void listen(String channel) throws SQLException {
    execute("LISTEN " + channel);
    listens = true;
  }

  /** Waits until there is a notification, at most for a time, and returns the payloads. */
  List<String> awaitNotification(int millis) throws SQLException {
    PGNotification[] received = connection.unwrap(PGConnection.class).getNotifications(millis);
    return received == null
        ? List.of()
        : Arrays.stream(received).map(PGNotification::getParameter).toList();
  }

  @Override
  public void close() {
    try (connection) {
      if (!connection.isClosed()) {
        if (listens) {
          execute("UNLISTEN *");
        }
        connection.setAutoCommit(autoCommit);
        connection.setNetworkTimeout(Runnable::run, networkTimeoutMillis);
      }
    } catch (SQLException e) { // The pool finds out by itself.
      LOG.atDebug().setCause(e).log("A connection could not be reset");
    }
  }
}
