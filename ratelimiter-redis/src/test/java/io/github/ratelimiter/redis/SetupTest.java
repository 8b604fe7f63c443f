package io.github.ratelimiter.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.StoreMisconfiguredException;
import io.github.ratelimiter.redis.transport.ServerCheck;
import io.github.ratelimiter.servers.RedisCluster;
import io.github.ratelimiter.servers.RedisProcess;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a store is made from, and what is wrong with it said at once. */
class SetupTest {
  /** Machines that run tests may be slow. */
  private static final Duration LONG = Duration.ofSeconds(10);

  private static RedisProcess server;

  @BeforeAll
  static void start() {
    server = RedisProcess.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static ThrowableAssertAlternative<StoreMisconfiguredException> mistake(
      RedisStateStoreBuilder builder) {
    return assertThatExceptionOfType(StoreMisconfiguredException.class).isThrownBy(builder::build);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "localhost", "http://localhost", "redis://", "redis//:s3cret@host"})
  void aUriThatDoesNotParse(String uri) {
    assertThatExceptionOfType(StoreMisconfiguredException.class)
        .isThrownBy(() -> RedisStateStore.builder(uri))
        .withMessageContaining("redis://host:6379")
        .withMessageNotContaining("s3cret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a{b", "a}b", "a\nb", "a b", "\0"})
  void aPrefixThatWouldBreakKeys(String prefix) {
    assertThatExceptionOfType(StoreMisconfiguredException.class)
        .isThrownBy(() -> RedisStateStore.builder(server.uri()).keyPrefix(prefix))
        .withMessageContaining("prefix");
  }

  @Test
  void numbersOutOfRange() {
    RedisStateStoreBuilder builder = RedisStateStore.builder(server.uri());
    assertThatIllegalArgumentException().isThrownBy(() -> builder.timeout(Duration.ZERO));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.timeout(Duration.ofHours(1)));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.hashTags(0));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.hashTags(1025));
  }

  @Test
  void aWrongPassword() {
    try (RedisProcess locked = RedisProcess.start("--requirepass", "right")) {
      String wrong = locked.uri().replace("right", "s3cret");
      mistake(RedisStateStore.builder(wrong))
          .withMessageContaining("WRONGPASS")
          .withMessageNotContaining("s3cret");
      mistake(RedisStateStore.builder("redis://127.0.0.1:" + locked.port()))
          .withMessageContaining("NOAUTH");
      try (RedisStateStore store = RedisStateStore.builder(locked.uri()).timeout(LONG).build()) {
        assertThat(Ask.acquire(store, "k").remaining()).isEqualTo(99);
        assertThat(store.toString()).doesNotContain("right");
      }
    }
  }

  @Test
  void aSocketWithoutTheTransportForIt() {
    mistake(RedisStateStore.builder("redis-socket:///tmp/redis.sock"))
        .withMessageMatching("(?s).*(socket|Unix).*");
  }

  @Test
  void aConnectionOfTheApplicationInATransaction() {
    RedisClient client = RedisClient.create(server.uri());
    try (StatefulRedisConnection<String, String> connection = client.connect()) {
      try (RedisStateStore store = RedisStateStore.builder(connection).timeout(LONG).build()) {
        assertThat(Ask.acquire(store, "multi").remaining()).isEqualTo(99);
        connection.sync().multi();
        assertThat(Ask.failure(StoreMisconfiguredException.class, store, "multi"))
            .hasMessageContaining("MULTI");
        mistake(RedisStateStore.builder(connection)).withMessageContaining("MULTI");
        connection.sync().set("a", "b");
        assertThat(connection.sync().exec()).as("only what the application queued").hasSize(1);
        assertThat(Ask.acquire(store, "multi").remaining()).isEqualTo(98);
      }
    } finally {
      client.shutdown(0, 0, TimeUnit.SECONDS);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "allkeys-lru, 100000000, true",
    "allkeys-lfu, 1, true",
    "volatile-lru, 1, true",
    "volatile-ttl, 1, false",
    "noeviction, 1, false",
    "allkeys-lru, 0, false"
  })
  void aServerThatForgetsLimitsIsWarnedOf(String policy, String maxmemory, boolean warns) {
    String info =
        "# Memory\r\nused_memory:1\r\nmaxmemory:" + maxmemory + "\r\nmaxmemory_policy:" + policy;
    String warning = ServerCheck.aboutEviction(info + "\r\n");
    if (warns) {
      assertThat(warning).contains(policy).contains("noeviction");
    } else {
      assertThat(warning).isNull();
    }
  }

  @Test
  void theServersOwnWordsAboutItsMemoryAreUnderstood() {
    try (RedisProcess small =
        RedisProcess.start("--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru")) {
      assertThat(ServerCheck.aboutEviction((String) small.run("INFO", "memory")))
          .contains("allkeys-lru");
    }
    assertThat(ServerCheck.aboutEviction((String) server.run("INFO", "memory"))).isNull();
  }

  @Test
  void aDatabaseThatTheServerDoesNotHave() {
    mistake(RedisStateStore.builder(server.uri() + "/99")).withMessageContaining("DB index");
  }

  @Test
  void aUserWithoutTheRightToRunScripts() {
    try (RedisProcess locked = RedisProcess.start()) {
      locked.run("ACL", "SETUSER", "bob", "on", ">pw", "~*", "+@all", "-@scripting");
      locked.run(
          "ACL",
          "SETUSER",
          "eve",
          "on",
          ">pw",
          "resetkeys",
          "~rl{*",
          "+evalsha",
          "+eval",
          "+script|load",
          "+get",
          "+set",
          "+mget",
          "+del",
          "+time",
          "+info",
          "+ping",
          "+hello");
      String host = "@127.0.0.1:" + locked.port();
      mistake(RedisStateStore.builder("redis://bob:pw" + host)).withMessageContaining("NOPERM");
      mistake(RedisStateStore.builder("redis://eve:pw" + host).keyPrefix("other"))
          .withMessageContaining("script");
      try (RedisStateStore store =
          RedisStateStore.builder("redis://eve:pw" + host).timeout(LONG).build()) {
        assertThat(Ask.acquire(store, "k").remaining()).isEqualTo(99);
      }
    }
  }

  @Test
  void theRightsThatAClusterNeeds() {
    try (RedisCluster cluster = RedisCluster.start(1, false)) {
      cluster
          .masters()
          .get(0)
          .run(
              "ACL",
              "SETUSER",
              "eve",
              "on",
              ">pw",
              "resetkeys",
              "~rl{*",
              "+evalsha",
              "+eval",
              "+get",
              "+mget",
              "+set",
              "+del",
              "+unlink",
              "+time",
              "+getrange",
              "+setrange",
              "+pexpireat",
              "+info",
              "+ping",
              "+hello",
              "+cluster|nodes",
              "+cluster|myid");
      String uri = cluster.uri().replace("redis://", "redis://eve:pw@");
      try (RedisStateStore store = RedisStateStore.clusterBuilder(uri).timeout(LONG).build()) {
        assertThat(Ask.acquire(store, "k").remaining()).isEqualTo(99);
      }
    }
  }

  /** As proxies and hardened servers do. */
  @ParameterizedTest
  @ValueSource(strings = {"INFO", "SCRIPT"})
  void aServerWithoutWhatIsNotNeeded(String command) {
    try (RedisProcess hardened = RedisProcess.start("--rename-command", command, "");
        RedisStateStore store = RedisStateStore.builder(hardened.uri()).timeout(LONG).build()) {
      Policy policy = Policy.parse("test", "2/day; fixed-window 100/day");
      for (int i = 0; i < 4; i++) {
        assertThat(Ask.acquire(store, "k", policy).allowed()).isEqualTo(i < 2);
      }
      hardened.kill();
      hardened.startAgain();
      Ask.untilDecides(store, "other");
    }
  }

  @Test
  void aServerThatRefusesTheScript() {
    mistake(RedisStateStore.builder(server.uri()).script("this is not Lua"))
        .withMessageContaining("does not run the decision script");
  }

  @Test
  void aClusterBehindAPlainClientAndTheOtherWayRound() {
    try (RedisCluster cluster = RedisCluster.start(1, false)) {
      mistake(RedisStateStore.builder(cluster.uri())).withMessageContaining("cluster mode");
    }
    mistake(RedisStateStore.clusterBuilder(server.uri())).withMessageContaining("not a cluster");
  }

  @Test
  void processesMustAgreeOnTheNumberOfHashTags() {
    try (RedisCluster cluster = RedisCluster.start(1, false)) {
      try (RedisStateStore store =
          RedisStateStore.clusterBuilder(cluster.uri()).hashTags(8).timeout(LONG).build()) {
        assertThat(Ask.acquire(store, "k").remaining()).isEqualTo(99);
        mistake(RedisStateStore.clusterBuilder(cluster.uri()).hashTags(16))
            .withMessageContaining("set hashTags(8)");
        assertThatCode(
                () ->
                    RedisStateStore.clusterBuilder(cluster.uri())
                        .keyPrefix("other")
                        .hashTags(16)
                        .build()
                        .close())
            .doesNotThrowAnyException();
      }
    }
  }

  @Test
  void aSentinelIsNoServer() {
    try (RedisProcess sentinel = RedisProcess.sentinel(server.port(), Duration.ofSeconds(1))) {
      mistake(RedisStateStore.builder(sentinel.uri())).withMessageContaining("Sentinel");
    }
  }

  @Test
  void clientsAndConnectionsOfTheApplicationStayOpen() {
    RedisClient client = RedisClient.create(server.uri());
    try (StatefulRedisConnection<String, String> connection = client.connect()) {
      for (RedisStateStoreBuilder builder :
          new RedisStateStoreBuilder[] {
            RedisStateStore.builder(client),
            RedisStateStore.builder(client, RedisURI.create(server.uri())),
            RedisStateStore.builder(connection)
          }) {
        RedisStateStore store = builder.keyPrefix("given").timeout(LONG).build();
        assertThat(Ask.acquire(store, "k").allowed()).isTrue();
        store.close();
        assertThatIllegalStateException().isThrownBy(() -> Ask.acquire(store, "k"));
        assertThat(connection.sync().ping()).isEqualTo("PONG");
      }
    } finally {
      client.shutdown(0, 0, TimeUnit.SECONDS);
    }
  }

  @Test
  void clusterClientsOfTheApplicationStayOpen() {
    try (RedisCluster cluster = RedisCluster.start(1, false)) {
      RedisClusterClient client = RedisClusterClient.create(cluster.uri());
      try (var connection = client.connect()) {
        RedisStateStore.builder(client).build().close();
        try (RedisStateStore store = RedisStateStore.builder(connection).timeout(LONG).build()) {
          assertThat(Ask.acquire(store, "k").remaining()).isEqualTo(99);
        }
        assertThat(connection.sync().ping()).isEqualTo("PONG");
      } finally {
        client.shutdown(0, 0, TimeUnit.SECONDS);
      }
    }
  }

  @Test
  void aStoreSaysWhatItIs() {
    try (RedisStateStore store = RedisStateStore.builder(server.uri()).timeout(LONG).build()) {
      assertThat(store)
          .hasToString(
              "RedisStateStore(Redis at 127.0.0.1:" + server.port() + ", prefix rl, grouped)");
    }
  }
}
