package io.github.ratelimiter.examples.postgres;

import static org.junit.jupiter.api.Assumptions.abort;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** A PostgreSQL server for tests. It needs neither an installation nor a container. */
final class Postgres implements AutoCloseable {
  private final EmbeddedPostgres server;
  private final HikariDataSource pool;

  private Postgres(EmbeddedPostgres server, int connections) {
    this.server = server;
    HikariConfig config = new HikariConfig();
    config.setDataSource(server.getPostgresDatabase());
    config.setMaximumPoolSize(connections);
    this.pool = new HikariDataSource(config);
  }

  /** Starts a server with the table. Aborts the test if it cannot start here. */
  static Postgres start(int connections) throws SQLException {
    EmbeddedPostgres server;
    try {
      server = EmbeddedPostgres.start();
    } catch (IOException | RuntimeException e) {
      return abort("PostgreSQL does not start here: " + e);
    }
    Postgres postgres = new Postgres(server, connections);
    postgres.execute(KeyRow.TABLE);
    return postgres;
  }

  DataSource database() {
    return pool;
  }

  void execute(String sql) throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void close() throws IOException {
    pool.close();
    server.close();
  }
}
