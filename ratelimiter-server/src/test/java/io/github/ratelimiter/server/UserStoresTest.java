package io.github.ratelimiter.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.rules.postgresql.RuleDatabase;
import io.github.ratelimiter.server.users.DatabaseUsers;
import io.github.ratelimiter.server.users.ProcessUsers;
import io.github.ratelimiter.server.users.RedisUsers;
import io.github.ratelimiter.server.users.User;
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
import org.junit.jupiter.api.Test;

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

    @Test
    @DisplayName("reads what somebody has written by hand, and removes an ID without a user")
    void byHand() {
      try (UserStore store = newStore()) {
        redis.run("HSET", "ratelimit:users:hand", "tier", "gold", "created_at", "yesterday");
        redis.run("ZADD", "ratelimit:users", "0", "hand", "0", "gone");
        assertThat(store.find("hand").orElseThrow().tier()).contains("gold");
        assertThat(store.list(0, 10).users()).extracting(User::id).containsExactly("hand");
        assertThat(store.list(0, 10).total()).isEqualTo(1);
      }
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
