package io.github.ratelimiter.server;

import io.github.ratelimiter.rules.postgresql.RuleDatabase;
import io.github.ratelimiter.server.users.DatabaseUsers;
import io.github.ratelimiter.server.users.ProcessUsers;
import io.github.ratelimiter.server.users.RedisUsers;
import io.github.ratelimiter.server.users.UserStore;
import io.github.ratelimiter.server.users.UserStoreSpec;
import io.github.ratelimiter.servers.RedisCluster;
import io.github.ratelimiter.servers.RedisProcess;
import java.time.Clock;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;

@DisplayName("A store of users")
class UserStoresTest {
  private static final Clock CLOCK = Clock.systemUTC();

  private static String postgres;
  private static RedisProcess redis;
  private static RedisCluster cluster;

  @BeforeAll
  static void start() {
    redis = RedisProcess.start();
    cluster = RedisCluster.start(3, false);
  }

  @AfterAll
  static void stop() {
    cluster.close();
    redis.close();
  }

  @Nested
  @DisplayName("in the process")
  class InProcess extends UserStoreSpec {
    @Override
    protected UserStore newStore() {
      return new ProcessUsers(CLOCK);
    }

    @Override
    protected Optional<UserStore> another() {
      return Optional.empty();
    }
  }

  @Nested
  @DisplayName("in PostgreSQL")
  class InPostgres extends UserStoreSpec {
    private RuleDatabase database;

    @Override
    protected UserStore newStore() {
      if (postgres == null) {
        postgres = TestPostgres.newDatabase();
        TestPostgres.rules(postgres).migrate();
      }
      database = TestPostgres.rules(postgres);
      UserStore store = new DatabaseUsers(database.users());
      store.list(0, 100).users().forEach(user -> store.delete(user.id(), "test"));
      return store;
    }

    @Override
    protected Optional<UserStore> another() {
      return Optional.of(new DatabaseUsers(database.users()));
    }
  }

  @Nested
  @DisplayName("in Redis")
  class InRedis extends UserStoreSpec {
    @Override
    protected UserStore newStore() {
      redis.run("FLUSHALL");
      return new RedisUsers(redis.uri(), false, CLOCK);
    }

    @Override
    protected Optional<UserStore> another() {
      return Optional.of(new RedisUsers(redis.uri(), false, CLOCK));
    }
  }

  @Nested
  @DisplayName("in a cluster of Redis")
  class InCluster extends UserStoreSpec {
    @Override
    protected UserStore newStore() {
      cluster.masters().forEach(master -> master.run("FLUSHALL"));
      return new RedisUsers(cluster.uri(), true, CLOCK);
    }

    @Override
    protected Optional<UserStore> another() {
      return Optional.of(new RedisUsers(cluster.uri(), true, CLOCK));
    }
  }
}
