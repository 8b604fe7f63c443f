package io.github.ratelimiter.examples.postgres;

import io.github.ratelimiter.store.StateStore;
import io.github.ratelimiter.testkit.ManualTimeSource;
import io.github.ratelimiter.testkit.StateStoreSpec;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class PostgresStateStoreSpecTest extends StateStoreSpec {
  private static final int CONNECTIONS = 4;
  private static final Duration LONG = Duration.ofSeconds(60);

  private static Postgres postgres;

  @BeforeAll
  static void start() throws SQLException {
    postgres = Postgres.start(CONNECTIONS);
  }

  @AfterAll
  static void stop() throws IOException {
    if (postgres != null) {
      postgres.close();
    }
  }

  @Override
  protected StateStore open(ManualTimeSource clock) {
    try {
      postgres.execute("TRUNCATE rate_limit");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return new PostgresStateStore(postgres.database(), CONNECTIONS, LONG) {
      @Override
      long nowMicros(long serverMicros) {
        return clock.nowMicros();
      }
    };
  }
}
