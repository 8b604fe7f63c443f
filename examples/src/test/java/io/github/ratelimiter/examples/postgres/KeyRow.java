package io.github.ratelimiter.examples.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.StoreTimeoutException;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.KeyState;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StateCodec;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HexFormat;

/** The row of one key, locked by a transaction. */
final class KeyRow {
  static final String TABLE =
      """
      CREATE TABLE rate_limit (
        policy text NOT NULL,
        key text NOT NULL,
        state bytea NOT NULL,
        expires_at timestamptz NOT NULL,
        PRIMARY KEY (policy, key));
      CREATE INDEX ON rate_limit (expires_at)
      """;

  // The outer query reads the clock after the inner one has locked the row.
  private static final String SELECT =
      """
      SELECT state, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint
      FROM (SELECT state FROM rate_limit WHERE policy = ? AND key = ? FOR UPDATE) locked
      """;
  private static final String INSERT =
      "INSERT INTO rate_limit VALUES (?, ?, '', clock_timestamp()) ON CONFLICT DO NOTHING";
  private static final String UPDATE =
      "UPDATE rate_limit SET state = ?, expires_at = ? WHERE policy = ? AND key = ?";
  private static final String DELETE = "DELETE FROM rate_limit WHERE policy = ? AND key = ?";
  private static final String TIMEOUT = "SELECT set_config('statement_timeout', ?, true)";

  private static final int LONGEST_KEY = 200;

  private final Connection connection;
  private final String policy;
  private final String key;
  private final byte[] before;
  private final long lockedAtMicros;
  private byte[] after = {};
  private long expiresAtMicros;

  private KeyRow(
      Connection connection, String policy, String key, byte[] before, long lockedAtMicros) {
    this.connection = connection;
    this.policy = policy;
    this.key = key;
    this.before = before;
    this.lockedAtMicros = lockedAtMicros;
  }

  /** Locks the row of the key of a request. Creates a row with an empty state for a new key. */
  static KeyRow lock(Connection connection, Request request, Deadline deadline)
      throws SQLException {
    String policy = request.policy().name();
    String key = column(request.key());
    while (true) {
      limitTime(connection, deadline);
      try (PreparedStatement select = prepare(connection, SELECT, policy, key);
          ResultSet row = select.executeQuery()) {
        if (row.next()) {
          return new KeyRow(connection, policy, key, row.getBytes(1), row.getLong(2));
        }
      }
      limitTime(connection, deadline);
      try (PreparedStatement insert = prepare(connection, INSERT, policy, key)) {
        insert.executeUpdate();
      }
      // Another transaction may remove the row before it is locked. Then it is inserted again.
    }
  }

  private static PreparedStatement prepare(
      Connection connection, String sql, String policy, String key) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    statement.setString(1, policy);
    statement.setString(2, key);
    return statement;
  }

  /** Makes the server end the next statements of this transaction at the deadline. */
  private static void limitTime(Connection connection, Deadline deadline) throws SQLException {
    long millis = Math.min(deadline.leftMicros() / 1_000, Integer.MAX_VALUE);
    if (millis == 0) {
      throw new StoreTimeoutException("no time is left for a statement", false, null);
    }
    try (PreparedStatement limit = connection.prepareStatement(TIMEOUT)) {
      limit.setString(1, Long.toString(millis));
      limit.execute();
    }
  }

  /** Returns the server's time after the row was locked. */
  long lockedAtMicros() {
    return lockedAtMicros;
  }

  Decision decide(Request request, long nowMicros) {
    KeyState state =
        before.length == 0
            ? new KeyState(request.policy())
            : StateCodec.decode(request.policy(), before);
    Decision decision = state.decide(request, nowMicros);
    long expiresAfter = StateCodec.expiresAfterMicros(state, nowMicros);
    after = expiresAfter == 0 ? new byte[0] : StateCodec.encode(state);
    expiresAtMicros = nowMicros + expiresAfter;
    return decision;
  }

  /** Returns whether the transaction must be committed. A refusal usually changes nothing. */
  boolean hasChanged() {
    return !Arrays.equals(before, after);
  }

  /** Writes the state, or deletes the row of a state that need not be kept. */
  void write() throws SQLException {
    if (after.length == 0) {
      try (PreparedStatement delete = prepare(connection, DELETE, policy, key)) {
        delete.executeUpdate();
      }
      return;
    }
    try (PreparedStatement update = connection.prepareStatement(UPDATE)) {
      update.setBytes(1, after);
      update.setObject(
          2, Instant.EPOCH.plus(expiresAtMicros, ChronoUnit.MICROS).atOffset(ZoneOffset.UTC));
      update.setString(3, policy);
      update.setString(4, key);
      update.executeUpdate();
    }
  }

  /**
   * Returns the key as the table has it. PostgreSQL refuses the character NUL, half a surrogate
   * pair, and long values in an index. Such keys are replaced by their hash.
   */
  static String column(String key) {
    boolean plain =
        key.length() <= LONGEST_KEY
            && !key.startsWith("#")
            && key.indexOf('\0') < 0
            && UTF_8.newEncoder().canEncode(key);
    if (plain) {
      return key;
    }
    ByteBuffer characters = ByteBuffer.allocate(2 * key.length());
    characters.asCharBuffer().put(key);
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(characters.array());
      return "#" + HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Every Java has it.
    }
  }
}
