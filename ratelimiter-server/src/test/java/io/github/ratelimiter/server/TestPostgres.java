package io.github.ratelimiter.server;

import static org.junit.jupiter.api.Assumptions.abort;

import io.github.ratelimiter.rules.postgresql.RuleDatabase;
import io.github.ratelimiter.server.config.DatabaseAddress;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A PostgreSQL server for all tests, which ends with the JVM. Each test has a database. */
public final class TestPostgres {
  private static final AtomicInteger DATABASES = new AtomicInteger();

  private TestPostgres() {}

  /** Started by the first test that needs it. Empty if it does not start here. */
  private static final class Holder {
    static final Optional<EmbeddedPostgres> SERVER = start();

    private static Optional<EmbeddedPostgres> start() {
      try {
        return Optional.of(
            EmbeddedPostgres.builder()
                .setServerConfig("fsync", "off")
                .setServerConfig("synchronous_commit", "off")
                .start());
      } catch (IOException | RuntimeException e) {
        return Optional.empty();
      }
    }
  }

  /** Returns the URI of an empty database. Aborts the test if there is no server. */
  public static String newDatabase() {
    EmbeddedPostgres server =
        Holder.SERVER.orElseGet(() -> abort("PostgreSQL does not start here"));
    String name = "limits" + DATABASES.incrementAndGet();
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return "postgresql://postgres:secret-word@localhost:%d/%s".formatted(server.getPort(), name);
  }

  /** Returns the rules of a database. */
  static RuleDatabase rules(String uri) {
    return RuleDatabase.of(DatabaseAddress.parse(uri, null, null).dataSource());
  }
}
