package io.github.ratelimiter.server.stats;

import io.github.ratelimiter.internal.SpaceSaving;
import io.github.ratelimiter.server.stats.MinuteRow.UserRow;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.UUID;

/** Inserts a minute of an instance, in a transaction of the caller. Not thread-safe. */
final class MinuteInsert {
  private final Connection connection;
  private final UUID instance;
  private final MinuteRow row;

  MinuteInsert(Connection connection, UUID instance, MinuteRow row) {
    this.connection = connection;
    this.instance = instance;
    this.row = row;
  }

  /** Does nothing if the minute has been inserted before. */
  void execute() throws SQLException {
    if (writeMinute()) {
      writeUsers();
      writeTop("user", row.topUsers());
      writeTop("endpoint", row.topEndpoints());
    }
  }

  /** Returns false if the minute has been written before. */
  private boolean writeMinute() throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO rate_limit_stats_minutes
              (minute, instance, allowed, rejected, errors, other_allowed, other_rejected, dropped,
               least_user, least_endpoint)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
            """)) {
      insert.setTimestamp(1, StatsTable.time(row.minute()));
      insert.setObject(2, instance);
      insert.setLong(3, row.allowed());
      insert.setLong(4, row.rejected());
      insert.setLong(5, row.errors());
      insert.setLong(6, row.otherAllowed());
      insert.setLong(7, row.otherRejected());
      insert.setLong(8, row.dropped());
      insert.setLong(9, row.topUsers().least());
      insert.setLong(10, row.topEndpoints().least());
      return insert.executeUpdate() > 0;
    }
  }

  private void writeUsers() throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO rate_limit_stats_users (minute, instance, user_id, allowed, rejected)
            VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
            """)) {
      for (UserRow user : row.users()) {
        insert.setTimestamp(1, StatsTable.time(row.minute()));
        insert.setObject(2, instance);
        insert.setString(3, StatsTable.storable(user.user()));
        insert.setLong(4, user.allowed());
        insert.setLong(5, user.rejected());
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  private void writeTop(String kind, SpaceSaving.Counts sketch) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO rate_limit_stats_top
              (minute, instance, kind, name, beyond_least, certain)
            VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
            """)) {
      for (int i = 0; i < sketch.keys().length; i++) {
        insert.setTimestamp(1, StatsTable.time(row.minute()));
        insert.setObject(2, instance);
        insert.setString(3, kind);
        insert.setString(4, StatsTable.storable(sketch.keys()[i]));
        insert.setLong(5, sketch.counts()[i] - sketch.least());
        insert.setLong(6, sketch.counts()[i] - sketch.errors()[i]);
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }
}
