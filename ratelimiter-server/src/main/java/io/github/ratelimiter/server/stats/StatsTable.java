package io.github.ratelimiter.server.stats;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * Minutes in PostgreSQL. Each instance writes rows of its own, and each of them once, so nothing is
 * counted twice if a transaction is repeated because its result was not known. Thread-safe.
 */
public final class StatsTable {
  private static final int TIMEOUT_SECONDS = 5;
  private static final int ROWS_OF_A_BATCH = 10_000;
  private static final int MOST_NAMES = 1_000;

  private static final String RANGE =
      "WHERE minute BETWEEN ? AND ? AND NOT (instance = ? AND minute = ANY(?))";

  private final DataSource database;
  private final UUID instance = UUID.randomUUID();

  /** Creates a table. Nothing is read yet. */
  public StatsTable(DataSource database) {
    this.database = database;
  }

  /** What is done with a connection. */
  @FunctionalInterface
  private interface Work<T> {
    T with(Connection connection) throws SQLException;
  }

  /** Works in one transaction. A server that does not answer is taken for dead. */
  private <T> T use(Work<T> work) throws SQLException {
    try (Connection connection = database.getConnection()) {
      int timeout = connection.getNetworkTimeout();
      connection.setNetworkTimeout(Runnable::run, (TIMEOUT_SECONDS + 1) * 1_000);
      connection.setAutoCommit(false);
      boolean done = false;
      try {
        set(connection);
        T result = work.with(connection);
        connection.commit();
        done = true;
        return result;
      } finally {
        if (!done && !connection.isClosed()) {
          connection.rollback();
        }
        if (!connection.isClosed()) {
          connection.setNetworkTimeout(Runnable::run, timeout);
        }
      }
    }
  }

  private static void set(Connection connection) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT set_config('statement_timeout', ?, true)")) {
      statement.setString(1, TIMEOUT_SECONDS + "s");
      statement.execute();
    }
  }

  // --- writing ---------------------------------------------------------------------------------

  void write(MinuteRow row) throws SQLException {
    use(
        connection -> {
          new MinuteInsert(connection, instance, row).execute();
          return true;
        });
  }

  static Timestamp time(long minute) {
    return Timestamp.from(MinuteRange.start(minute));
  }

  /** PostgreSQL cannot store this character. One such name must not keep all others out. */
  static String storable(String name) {
    return name.replace('\0', '\uFFFD');
  }

  /** Removes minutes that are older than a time. */
  void removeBefore(Instant time) throws SQLException {
    for (String table :
        List.of("rate_limit_stats_users", "rate_limit_stats_top", "rate_limit_stats_minutes")) {
      while (removeBatch(table, time) == ROWS_OF_A_BATCH) {
        continue;
      }
    }
  }

  private int removeBatch(String table, Instant time) throws SQLException {
    String sql =
        "DELETE FROM %1$s WHERE ctid = ANY(ARRAY(SELECT ctid FROM %1$s WHERE minute < ? LIMIT %2$d))"
            .formatted(table, ROWS_OF_A_BATCH);
    return use(
        connection -> {
          try (PreparedStatement delete = connection.prepareStatement(sql)) {
            delete.setTimestamp(1, Timestamp.from(time));
            return delete.executeUpdate();
          }
        });
  }

  /** Removes what is stored about a user. In sketches he gets another name. */
  void forget(String user, String pseudonym) throws SQLException {
    use(
        connection -> {
          try (PreparedStatement delete =
              connection.prepareStatement("DELETE FROM rate_limit_stats_users WHERE user_id = ?")) {
            delete.setString(1, storable(user));
            delete.executeUpdate();
          }
          try (PreparedStatement rename =
              connection.prepareStatement(
                  "UPDATE rate_limit_stats_top SET name = ? WHERE kind = 'user' AND name = ?")) {
            rename.setString(1, pseudonym);
            rename.setString(2, storable(user));
            rename.executeUpdate();
          }
          return true;
        });
  }

  // --- reading ---------------------------------------------------------------------------------

  /**
   * Returns the sums of what is stored.
   *
   * @param except minutes of this instance that are not to be counted
   */
  Sums sums(MinuteRange range, List<Long> except) throws SQLException {
    return use(
        connection -> {
          Sums sums = new Sums();
          addTotals(connection, sums, range, except);
          addTop(connection, sums.users(), "user", range, except);
          addTop(connection, sums.endpoints(), "endpoint", range, except);
          return sums;
        });
  }

  private void addTotals(Connection connection, Sums sums, MinuteRange range, List<Long> except)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT coalesce(sum(allowed), 0), coalesce(sum(rejected), 0), coalesce(sum(errors), 0),
              coalesce(sum(dropped), 0), coalesce(sum(least_user), 0),
              coalesce(sum(least_endpoint), 0)
            FROM rate_limit_stats_minutes
            """
                + RANGE)) {
      setRange(connection, select, 1, range, except);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        sums.add(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4));
        sums.users().addLeast(row.getLong(5));
        sums.endpoints().addLeast(row.getLong(6));
      }
    }
  }

  /** All names that are not read are charged what the last one of them that is read has. */
  private void addTop(
      Connection connection, Top top, String kind, MinuteRange range, List<Long> except)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT name, sum(beyond_least), sum(certain) FROM rate_limit_stats_top "
                + RANGE
                + " AND kind = ? GROUP BY name ORDER BY 2 DESC LIMIT "
                + MOST_NAMES)) {
      setRange(connection, select, 1, range, except);
      select.setString(5, kind);
      List<StoredName> names = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          names.add(new StoredName(row.getString(1), row.getLong(2), row.getLong(3)));
        }
      }
      long rest = names.size() < MOST_NAMES ? 0 : names.get(MOST_NAMES - 1).beyondLeast();
      top.addLeast(rest);
      names.forEach(each -> top.add(each.name(), each.beyondLeast() - rest, each.certain()));
    }
  }

  private record StoredName(String name, long beyondLeast, long certain) {}

  /** Sets the four parameters of {@link #RANGE}. */
  private void setRange(
      Connection connection,
      PreparedStatement select,
      int first,
      MinuteRange range,
      List<Long> except)
      throws SQLException {
    select.setTimestamp(first, time(range.first()));
    select.setTimestamp(first + 1, time(range.last()));
    select.setObject(first + 2, instance);
    select.setArray(
        first + 3,
        connection.createArrayOf(
            "timestamptz", except.stream().map(StatsTable::time).toArray(Timestamp[]::new)));
  }

  /** Returns what is stored about a user, except for minutes of this instance. */
  UserSums of(String user, MinuteRange range, List<Long> except) throws SQLException {
    return use(
        connection -> {
          try (PreparedStatement select =
              connection.prepareStatement(
                  """
                  SELECT coalesce(sum(u.allowed), 0), coalesce(sum(u.rejected), 0),
                    coalesce(sum(m.other_allowed + m.other_rejected)
                      FILTER (WHERE u.user_id IS NULL), 0)
                  FROM (SELECT * FROM rate_limit_stats_minutes
                  """
                      + RANGE
                      + """
                      ) m
                      LEFT JOIN rate_limit_stats_users u
                        ON u.minute = m.minute AND u.instance = m.instance AND u.user_id = ?
                      """)) {
            setRange(connection, select, 1, range, except);
            select.setString(5, storable(user));
            try (ResultSet row = select.executeQuery()) {
              row.next();
              return new UserSums(row.getLong(1), row.getLong(2), row.getLong(3));
            }
          }
        });
  }
}
