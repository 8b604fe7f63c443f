package io.github.ratelimiter.rules.postgresql;

import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Which user has which tier. */
final class UserTiers {
  private UserTiers() {}

  static Optional<String> find(Session session, String user) throws SQLException {
    String table = session.database().table("user_tiers");
    return session
        .query(
            "SELECT tier FROM " + table + " WHERE user_id = ? AND tier IS NOT NULL",
            row -> row.getString("tier"),
            user)
        .stream()
        .findFirst();
  }

  static Map<String, Long> count(Session session) throws SQLException {
    String table = session.database().table("user_tiers");
    return session
        .query(
            "SELECT tier, count(*) AS users FROM "
                + table
                + " WHERE tier IS NOT NULL GROUP BY tier",
            row -> Map.entry(row.getString("tier"), row.getLong("users")))
        .stream()
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  static void set(Session session, String user, String tier, String author) throws SQLException {
    session.update(
        """
        INSERT INTO user_tiers (user_id, tier, updated_by) VALUES (?, ?, ?)
        ON CONFLICT (user_id) DO UPDATE
        SET tier = excluded.tier, updated_by = excluded.updated_by
        """,
        user,
        tier,
        author);
  }

  /** Returns whether the user had a tier. A user with limits of his own stays. */
  static boolean remove(Session session, String user) throws SQLException {
    String sql = "DELETE FROM user_tiers WHERE user_id = ? AND tier IS NOT NULL";
    return session.update(sql + " AND custom_limits = '{}'", user) > 0
        || session.update(
                "UPDATE user_tiers SET tier = NULL WHERE user_id = ? AND tier IS NOT NULL", user)
            > 0;
  }
}
