package io.github.ratelimiter.redis;

import static io.github.ratelimiter.servers.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.StoreException;
import io.github.ratelimiter.StoreMisconfiguredException;
import io.github.ratelimiter.StoreUnavailableException;
import io.github.ratelimiter.redis.transport.Keyspace;
import io.github.ratelimiter.servers.RedisCluster;
import io.github.ratelimiter.servers.RedisProcess;
import io.github.ratelimiter.store.Request;
import io.lettuce.core.cluster.SlotHash;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A cluster of three masters and their replicas. */
class ClusterFaultTest {
  private static final long PLENTY = 1_000_000_000L;
  private static final Policy MANY =
      Policy.parse("test", "fixed-window " + PLENTY + "/day from first use");

  private RedisCluster cluster;

  @BeforeEach
  void start() {
    cluster = RedisCluster.start(3, true);
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private RedisStateStore open() {
    // Machines that run tests may be slow: a decision is given more time than by default.
    return RedisStateStore.clusterBuilder(cluster.uri()).timeout(Duration.ofMillis(500)).build();
  }

  private static void report(String fault, Object what) {
    System.out.println("MEASURED " + fault + ": " + what);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyKeyHasItsLimitWhereverItLives(boolean plain) {
    RedisStateStoreBuilder builder =
        RedisStateStore.clusterBuilder(cluster.uri()).timeout(Duration.ofSeconds(5));
    try (RedisStateStore store = (plain ? builder.plain() : builder).build();
        RedisStateStore other = open()) {
      for (int i = 0; i < 300; i++) {
        assertThat(Ask.acquire(store, "}{" + i).remaining()).isEqualTo(99);
        assertThat(Ask.acquire(other, "}{" + i).remaining()).isEqualTo(98);
      }
      for (RedisProcess master : cluster.masters()) {
        assertThat((Long) master.run("DBSIZE")).isBetween(60L, 150L);
      }
    }
  }

  @Test
  void slotsThatMoveUnderLoadCountNothingTwice() {
    try (RedisStateStore store = open()) {
      Keyspace keys = new Keyspace("rl", 24);
      Load load = new Load(store, MANY, 8);
      long failuresBefore;
      try (load) {
        eventually("decisions").until(() -> load.decisions() > 500);
        failuresBefore = load.failures();
        for (int tag = 0; tag < 24; tag++) {
          int slot = SlotHash.getSlot(keys.probeKey(tag));
          RedisProcess from = cluster.ownerOf(slot);
          RedisProcess to = cluster.masters().get((cluster.masters().indexOf(from) + 1) % 3);
          cluster.beginMove(slot, from, to);
          long before = load.decisions();
          eventually("decisions while moving").until(() -> load.decisions() > before + 50);
          cluster.moveKeys(slot, from, to);
          long moved = load.decisions();
          eventually("decisions when moved").until(() -> load.decisions() > moved + 50);
          cluster.endMove(slot, to);
        }
        long before = load.decisions();
        eventually("decisions after").until(() -> load.decisions() > before + 500);
      }
      report(
          "24 slots moved under load, decisions and failures",
          load.decisions() + " and " + (load.failures() - failuresBefore));
      try (RedisStateStore reader =
          RedisStateStore.clusterBuilder(cluster.uri()).timeout(Duration.ofSeconds(20)).build()) {
        load.assertBooksBalance(reader, PLENTY);
      }
      // Not a request failed for it but, at most, a few whose target was just being connected.
      assertThat(load.failures() - failuresBefore).isLessThan(load.decisions() / 100 + 20);
    }
  }

  @Test
  void aNewKeyInAMovingSlotIsDecided() {
    try (RedisStateStore store = open()) {
      Keyspace keys = new Keyspace("rl", 24);
      int slot = SlotHash.getSlot(keys.probeKey(0));
      RedisProcess from = cluster.ownerOf(slot);
      RedisProcess to = cluster.masters().get((cluster.masters().indexOf(from) + 1) % 3);
      String key = "a";
      while (keys.tagOf(new Request.Peek(key, Ask.HUNDRED, 1)) != 0) {
        key += "a";
      }
      cluster.beginMove(slot, from, to);
      assertThat(Ask.acquire(store, key).remaining()).isEqualTo(99);
      assertThat(Ask.acquire(store, key).remaining()).isEqualTo(98);
      cluster.moveKeys(slot, from, to);
      cluster.endMove(slot, to);
      assertThat(Ask.acquire(store, key).remaining()).isEqualTo(97);
    }
  }

  /** Its state and its ring are two keys: a server that has one of them cannot decide. */
  @Test
  void aLogInAMovingSlotIsUnavailableWhileItsKeysAreApart() {
    Policy policy = Policy.parse("test", "sliding-log 100/day");
    try (RedisStateStore store = open()) {
      Keyspace keys = new Keyspace("rl", 24);
      int slot = SlotHash.getSlot(keys.probeKey(0));
      RedisProcess from = cluster.ownerOf(slot);
      RedisProcess to = cluster.masters().get((cluster.masters().indexOf(from) + 1) % 3);
      List<String> names = keysUnderFirstTag(keys, policy);
      String old = names.get(0);
      String fresh = names.get(1);
      for (int i = 0; i < 3; i++) {
        Ask.acquire(store, old, policy);
      }
      cluster.beginMove(slot, from, to);
      assertThat(Ask.acquire(store, old, policy).remaining()).as("both are here").isEqualTo(96);
      assertApart(store, fresh, policy);
      String state =
          new String(keys.stateKey(new Request.Peek(old, policy, 1)), StandardCharsets.UTF_8);
      from.run("MIGRATE", "127.0.0.1", to.port(), state, 0, 5_000);
      assertApart(store, old, policy);
      cluster.moveKeys(slot, from, to);
      assertThat(Ask.acquire(store, old, policy).remaining()).as("both are there").isEqualTo(95);
      assertApart(store, fresh, policy);
      cluster.endMove(slot, to);
      assertThat(Ask.acquire(store, old, policy).remaining()).isEqualTo(94);
      assertThat(Ask.acquire(store, fresh, policy).remaining()).isEqualTo(99);
    }
  }

  private static void assertApart(RedisStateStore store, String key, Policy policy) {
    assertThatExceptionOfType(StoreUnavailableException.class)
        .isThrownBy(() -> Ask.acquire(store, key, policy))
        .withMessageContaining("TRYAGAIN")
        .matches(e -> !e.mayHaveRun());
  }

  private static List<String> keysUnderFirstTag(Keyspace keys, Policy policy) {
    return Stream.iterate("a", key -> key + "a")
        .filter(key -> keys.tagOf(new Request.Peek(key, policy, 1)) == 0)
        .limit(2)
        .toList();
  }

  @Test
  void aMasterKilledUnderLoadIsReplacedByItsReplica() {
    try (RedisStateStore store = open()) {
      Load load = new Load(store, MANY, 8);
      long killed;
      try (load) {
        eventually("decisions").until(() -> load.decisions() > 500);
        killed = System.nanoTime();
        cluster.masters().get(0).kill();
        cluster.awaitPromotion(0);
        report("cluster promoted a replica after", Duration.ofNanos(System.nanoTime() - killed));
        eventually("all keys are decided")
            .atMost(Duration.ofSeconds(30))
            .until(
                () -> Load.keys().stream().allMatch(key -> Ask.peek(store, key, MANY).allowed()));
        report("all keys decided after", Duration.ofNanos(System.nanoTime() - killed));
        long last = load.lastFailureNanos();
        report("last failure after the kill", Duration.ofNanos(last - killed));
      }
      assertThat(load.failures()).isPositive();
      try (RedisStateStore reader =
          RedisStateStore.clusterBuilder(cluster.masters().get(1).uri())
              .timeout(Duration.ofSeconds(20))
              .build()) {
        load.assertNothingTwice(reader, PLENTY);
      }
      assertThat(load.slowest()).isLessThan(Duration.ofSeconds(2));
    }
  }

  @Test
  void aMasterThatHangsDelaysOnlyItsOwnKeys() {
    try (RedisStateStore store = open()) {
      Keyspace keys = new Keyspace("rl", 24);
      int slot = SlotHash.getSlot(keys.probeKey(23));
      RedisProcess hung = cluster.ownerOf(slot);
      assertThat(hung).isSameAs(cluster.masters().get(2));
      for (String key : Load.keys()) {
        Ask.acquire(store, key, MANY);
      }
      hung.pause();
      try {
        for (String key : Load.keys()) {
          int tag = keys.tagOf(new Request.Peek(key, MANY, 1));
          if (cluster.masters().indexOf(ownerOf(keys, tag)) != 2) {
            assertThat(Ask.acquire(store, key, MANY).allowed()).isTrue();
          }
        }
      } finally {
        hung.resume();
      }
    }
  }

  private RedisProcess ownerOf(Keyspace keys, int tag) {
    int slot = SlotHash.getSlot(keys.probeKey(tag));
    return cluster.masters().get(3 * slot / 16_384);
  }

  @Test
  void aPasswordThatIsChangedIsAMistakeUntilItIsRightAgain() {
    password("right");
    String uri = cluster.uri().replace("redis://", "redis://app:right@");
    try (RedisStateStore store =
        RedisStateStore.clusterBuilder(uri).timeout(Duration.ofMillis(500)).build()) {
      assertThat(Ask.acquire(store, "k").remaining()).isEqualTo(99);
      password("another");
      eventually("the reason is known")
          .until(
              () ->
                  Ask.failure(StoreException.class, store, "k")
                      instanceof StoreMisconfiguredException);
      assertThat(Ask.failure(StoreMisconfiguredException.class, store, "k"))
          .hasMessageContaining("WRONGPASS")
          .hasMessageNotContaining("right@");
      password("right");
      report("password right again in a cluster, decides after", Ask.untilDecides(store, "k"));
      assertThat(Ask.acquire(store, "k").remaining()).isEqualTo(98);
    }
  }

  private void password(String password) {
    for (RedisProcess node : cluster.nodes()) {
      node.run("ACL", "SETUSER", "app", "on", "resetpass", ">" + password, "~*", "+@all");
      node.run("CLIENT", "KILL", "USER", "app");
    }
  }
}
