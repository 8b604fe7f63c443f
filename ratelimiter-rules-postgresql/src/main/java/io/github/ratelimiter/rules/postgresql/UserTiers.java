package io.github.ratelimiter.rules.postgresql;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Optional;

/** Which user has which tier. */
final class UserTiers {
  private UserTiers() {}

  static Optional<String> find(Session session, String user) throws SQLException {
    try (PreparedStatement select =
        session.prepare(
            "SELECT tier FROM %s WHERE user_id = ?"
                .formatted(session.database().table("user_tiers")))) {
      select.setString(1, user);
      return Reading.rows(select, row -> row.getString("tier")).stream().findFirst();
    }
  }

  static void set(Session session, String user, String tier, String author) throws SQLException {
    try (PreparedStatement upsert =
        session.prepare(
            """
            INSERT INTO user_tiers (user_id, tier, updated_by) VALUES (?, ?, ?)
            ON CONFLICT (user_id) DO UPDATE
            SET tier = excluded.tier, updated_at = now(), updated_by = excluded.updated_by
            """)) {
      upsert.setString(1, user);
      upsert.setString(2, tier);
      upsert.setString(3, author);
      upsert.execute();
    }
  }

  /** Returns whether the user had a tier. */
  static boolean remove(Session session, String user) throws SQLException {
    try (PreparedStatement delete = session.prepare("DELETE FROM user_tiers WHERE user_id = ?")) {
      delete.setString(1, user);
      return delete.executeUpdate() > 0;
    }
  }
}
