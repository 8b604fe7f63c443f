package io.github.ratelimiter.server.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.ratelimiter.server.config.DatabaseAddress;
import java.time.Duration;
import javax.sql.DataSource;

/**
 * Connections of PostgreSQL for one purpose: what uses up those of one pool does not take those of
 * another. It starts without the database. Thread-safe.
 */
public final class DatabasePool implements AutoCloseable {
  private static final Duration CONNECTION_TIMEOUT = Duration.ofSeconds(2);
  private static final int CONNECTIONS = 6;

  private final HikariDataSource pool;

  private DatabasePool(DatabaseAddress address, String name, int idle) {
    HikariConfig config = new HikariConfig();
    config.setPoolName(name);
    config.setDataSource(address.dataSource());
    config.setMaximumPoolSize(CONNECTIONS);
    config.setMinimumIdle(idle);
    config.setConnectionTimeout(CONNECTION_TIMEOUT.toMillis());
    config.setValidationTimeout(CONNECTION_TIMEOUT.toMillis() / 2);
    config.setInitializationFailTimeout(-1);
    this.pool = new HikariDataSource(config);
  }

  /** Returns connections for rules: their watch, and calls of administrators. */
  static DatabasePool forRules(DatabaseAddress address) {
    return new DatabasePool(address, "rules", 1);
  }

  /**
   * Returns connections for users and statistics: the watch of users, two loads of users, the
   * writer of statistics, and two calls.
   */
  public static DatabasePool forUsers(DatabaseAddress address) {
    return new DatabasePool(address, "users", 0);
  }

  /** Returns the connections. */
  public DataSource dataSource() {
    return pool;
  }

  @Override
  public void close() {
    pool.close();
  }
}
