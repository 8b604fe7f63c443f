package io.github.ratelimiter.server.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.ratelimiter.server.config.DatabaseAddress;
import java.time.Duration;
import javax.sql.DataSource;

/**
 * The connections for users and statistics. They are not those of the rules, so that neither can
 * use up what the other needs. The pool starts without the database. Thread-safe.
 */
public final class SidePool implements AutoCloseable {
  private static final Duration CONNECTION_TIMEOUT = Duration.ofSeconds(2);

  /** The watch of users, two loads of users, the writer of statistics, and two calls. */
  private static final int CONNECTIONS = 6;

  private final HikariDataSource pool;

  /** Creates a pool without connections. */
  public SidePool(DatabaseAddress address) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("users");
    config.setDataSource(address.dataSource());
    config.setMaximumPoolSize(CONNECTIONS);
    config.setMinimumIdle(0);
    config.setConnectionTimeout(CONNECTION_TIMEOUT.toMillis());
    config.setValidationTimeout(CONNECTION_TIMEOUT.toMillis() / 2);
    config.setInitializationFailTimeout(-1);
    this.pool = new HikariDataSource(config);
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
