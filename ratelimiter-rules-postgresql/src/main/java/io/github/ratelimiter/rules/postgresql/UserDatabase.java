package io.github.ratelimiter.rules.postgresql;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The users with a tier or with limits of their own, in the table {@code user_tiers}; see {@link
 * RuleDatabase#users}. Immutable and thread-safe. Each method but {@link #watch} waits for the
 * database, so keep what decisions need in memory.
 */
public final class UserDatabase {
  private static final String COLUMNS =
      """
      SELECT user_id, tier, created_at, updated_at, version,
        ARRAY(SELECT key FROM jsonb_each_text(custom_limits) ORDER BY key) AS rules,
        ARRAY(SELECT value FROM jsonb_each_text(custom_limits) ORDER BY key) AS limits
      """;

  private static final String INSERT =
      """
      INSERT INTO user_tiers (user_id, tier, custom_limits, updated_by)
      VALUES (?, ?, jsonb_object(?, ?), ?)
      """;

  private static final String OR_UPDATE =
      """
      ON CONFLICT (user_id) DO UPDATE SET
        tier = excluded.tier,
        custom_limits = excluded.custom_limits,
        updated_by = excluded.updated_by
      """;

  private static final String UPDATE =
      """
      UPDATE user_tiers SET tier = ?, custom_limits = jsonb_object(?, ?), updated_by = ?
      WHERE user_id = ?
      """;

  private final Database database;

  UserDatabase(Database database) {
    this.database = database;
  }

  /**
   * Returns a user.
   *
   * @param id the user
   * @return empty if he is not there
   * @throws RuleDatabaseException if the database fails
   */
  public Optional<UserRecord> find(String id) {
    return database.use(session -> find(session, id));
  }

  private static Optional<UserRecord> find(Session session, String id) throws SQLException {
    String sql = COLUMNS + "FROM " + table(session) + " WHERE user_id = ?";
    return session.query(sql, UserDatabase::user, id).stream().findFirst();
  }

  private static String table(Session session) {
    return session.database().table("user_tiers");
  }

  private static UserRecord user(ResultSet row) throws SQLException {
    String[] rules = texts(row.getArray("rules"));
    String[] limits = texts(row.getArray("limits"));
    Map<String, String> own = new HashMap<>();
    for (int i = 0; i < rules.length; i++) {
      own.put(rules[i], limits[i]);
    }
    return new UserRecord(
        row.getString("user_id"),
        Optional.ofNullable(row.getString("tier")),
        own,
        row.getTimestamp("created_at").toInstant(),
        row.getTimestamp("updated_at").toInstant(),
        row.getLong("version"));
  }

  private static String[] texts(Array array) throws SQLException {
    return (String[]) array.getArray();
  }

  /**
   * Returns users, in the order of their IDs.
   *
   * @param offset how many to leave out
   * @param most how many to read at most
   * @return the users
   * @throws RuleDatabaseException if the database fails
   */
  public List<UserRecord> list(long offset, int most) {
    return database.use(
        session ->
            session.query(
                COLUMNS
                    + "FROM "
                    + table(session)
                    + " ORDER BY user_id COLLATE \"C\" OFFSET ? LIMIT ?",
                UserDatabase::user,
                offset,
                most));
  }

  /**
   * Returns how many users there are.
   *
   * @return the number
   * @throws RuleDatabaseException if the database fails
   */
  public long count() {
    return database.use(
        session ->
            session.query("SELECT count(*) FROM " + table(session), row -> row.getLong(1)).get(0));
  }

  /**
   * Returns a user, who is stored without a tier and without limits if he is not there.
   *
   * @param id the user
   * @return the user
   * @throws IllegalArgumentException if PostgreSQL cannot store the ID
   * @throws RuleDatabaseException if the database fails
   */
  public UserRecord findOrCreate(String id) {
    Optional<UserRecord> found = find(id);
    return found.isPresent()
        ? found.get()
        : database.change(
            new Database.Author("first use", ""),
            session -> {
              session.update(
                  "INSERT INTO user_tiers (user_id) VALUES (?) ON CONFLICT DO NOTHING", id);
              // Only a deletion at this moment leaves nothing to find.
              return find(session, id).orElseThrow(() -> new SQLException("it was deleted"));
            });
  }

  /**
   * Stores a user, or changes him.
   *
   * @param id the user
   * @param tier his tier; empty for none
   * @param limits policies by the IDs of rules
   * @param expected the version that he must have, 0 if he must not be there; empty for any
   * @param author who changes him
   * @param origin from where; empty if it is not known
   * @return the user, or empty if he has another version
   * @throws IllegalArgumentException if PostgreSQL cannot store a text
   * @throws RuleDatabaseException if the database fails
   */
  public Optional<UserRecord> save(
      String id,
      Optional<String> tier,
      Map<String, String> limits,
      OptionalLong expected,
      String author,
      String origin) {
    return database.change(
        new Database.Author(author, origin),
        session -> {
          String[] rules = limits.keySet().toArray(String[]::new);
          String[] policies = Stream.of(rules).map(limits::get).toArray(String[]::new);
          if (expected.isEmpty()) {
            session.update(INSERT + OR_UPDATE, id, tier.orElse(null), rules, policies, author);
          } else if (expected.getAsLong() == 0) {
            if (session.update(
                    INSERT + " ON CONFLICT DO NOTHING",
                    id,
                    tier.orElse(null),
                    rules,
                    policies,
                    author)
                == 0) {
              return Optional.empty();
            }
          } else if (!isVersion(session, id, expected.getAsLong())) {
            return Optional.empty();
          } else {
            session.update(UPDATE, tier.orElse(null), rules, policies, author, id);
          }
          return find(session, id);
        });
  }

  /** Keeps others from changing the user until the end of the transaction. */
  private static boolean isVersion(Session session, String id, long version) throws SQLException {
    String sql = "SELECT version FROM user_tiers WHERE user_id = ? FOR UPDATE";
    return session.query(sql, row -> row.getLong(1), id).equals(List.of(version));
  }

  /**
   * Removes a user with his tier and his limits.
   *
   * @param id the user
   * @param author who removes him
   * @param origin from where; empty if it is not known
   * @return whether he was there
   * @throws RuleDatabaseException if the database fails
   */
  public boolean delete(String id, String author, String origin) {
    return database.change(
        new Database.Author(author, origin),
        session -> session.update("DELETE FROM user_tiers WHERE user_id = ?", id) > 0);
  }

  /**
   * Watches users, until the watch is closed. It holds one connection of the data source. A change
   * is usually noticed within milliseconds, by a notification of PostgreSQL. Notifications are lost
   * with a connection and do not pass every pooler, so do not depend on them alone.
   *
   * @param changed gets the ID of each user who has changed, on the thread of the watch
   * @return the watch, which has a daemon thread
   */
  public UserWatch watch(Consumer<? super String> changed) {
    return new UserWatch(database, changed);
  }

  /** Returns where the users are. */
  @Override
  public String toString() {
    return "users in " + database;
  }
}
