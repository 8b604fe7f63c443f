package io.github.ratelimiter.redis;

import static io.github.ratelimiter.servers.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.StoreException;
import io.github.ratelimiter.fallback.Fallback;
import io.github.ratelimiter.redis.script.Scripts;
import io.github.ratelimiter.servers.RedisCluster;
import io.github.ratelimiter.servers.RedisProcess;
import io.github.ratelimiter.servers.TcpProxy;
import io.github.ratelimiter.store.Fleet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Stores that know of each other. */
class HeartbeatTest {
  private static final Duration BEAT = Duration.ofMillis(100);
  private static final Duration LONG = Duration.ofSeconds(10);

  private RedisProcess server;

  @BeforeEach
  void start() {
    server = RedisProcess.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private RedisStateStore open() {
    return open(server.uri());
  }

  private static RedisStateStore open(String uri) {
    return RedisStateStore.builder(uri).timeout(LONG).beat(BEAT).build();
  }

  private static Fleet fleet(RedisStateStore store) {
    return store.fleet().orElseThrow();
  }

  /** Waits until these know of each other, and of nobody else. */
  private static void awaitTogether(RedisStateStore... stores) {
    eventually(Arrays.toString(stores) + " know of each other")
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              Set<String> selves = new TreeSet<>();
              for (RedisStateStore store : stores) {
                selves.add(fleet(store).self());
              }
              assertThat(selves).hasSize(stores.length);
              for (RedisStateStore store : stores) {
                assertThat(fleet(store).instances()).containsExactlyElementsOf(selves);
              }
              return true;
            });
  }

  private Object known(String name) {
    return server.run("HEXISTS", "rl{}#fleet", name);
  }

  @Test
  void storesKnowOfEachOtherUntilOneIsClosed() {
    try (RedisStateStore one = open();
        RedisStateStore two = open()) {
      String third;
      try (RedisStateStore three = open()) {
        assertThat(three.fleet()).as("never waits").isEmpty();
        awaitTogether(one, two, three);
        third = fleet(three).self();
        assertThat(third).matches("[0-9a-z]{8}");
      }
      eventually("it has left, and did not just go quiet").until(() -> known(third).equals(0L));
      awaitTogether(one, two);
    }
    eventually("nothing is left behind").until(() -> server.run("DBSIZE").equals(0L));
  }

  @Test
  void whoeverIsNotAskedIsNotCounted() {
    try (RedisStateStore quiet = open();
        RedisStateStore asked = open()) {
      Ask.acquire(quiet, "k");
      awaitTogether(asked);
    }
    eventually("the one that was there leaves").until(() -> server.calls("hdel") == 1);
  }

  @Test
  void storesOfAnotherPrefixAreAnotherFleet() {
    try (RedisStateStore one = open();
        RedisStateStore other =
            RedisStateStore.builder(server.uri()).keyPrefix("other").beat(BEAT).build()) {
      awaitTogether(one);
      awaitTogether(other);
    }
  }

  @Test
  void oneThatDiesIsDroppedAndOneThatIsCutOffKeepsItsList() {
    try (RedisStateStore one = open()) {
      RedisStateStore lost;
      try (TcpProxy proxy = TcpProxy.to(server)) {
        lost = open(proxy.uri());
        awaitTogether(one, lost);
      }
      try (lost) {
        Fleet before = fleet(lost);
        awaitTogether(one);
        assertThat(fleet(lost)).isEqualTo(before);
      }
    }
  }

  @Test
  void anOutageKeepsTheListUntilItIsOver() {
    try (RedisStateStore one = open();
        RedisStateStore two = open()) {
      awaitTogether(one, two);
      Fleet before = fleet(one);
      server.kill();
      eventually("the outage is noticed")
          .until(() -> Ask.failure(StoreException.class, one, "k") != null);
      assertThat(fleet(one)).isEqualTo(before);
      server.startAgain();
      eventually("both are known again").until(() -> server.run("HLEN", "rl{}#fleet").equals(2L));
      awaitTogether(one, two);
      assertThat(fleet(one).self()).isEqualTo(before.self());
    }
  }

  @Test
  void aBeatIsOneSmallCall() {
    try (RedisStateStore store = open()) {
      awaitTogether(store);
      server.run("CONFIG", "RESETSTAT");
      eventually("ten beats").until(() -> server.calls("evalsha") >= 10);
      assertThat(server.info("commandstats").keySet())
          .isSubsetOf(
              "cmdstat_evalsha",
              "cmdstat_time",
              "cmdstat_hgetall",
              "cmdstat_hset",
              "cmdstat_pexpire",
              "cmdstat_info",
              "cmdstat_config|resetstat");
      assertThat((Long) server.run("PTTL", "rl{}#fleet")).isBetween(350_000L, 360_000L);
    }
  }

  @Test
  void aFleetOnACluster() {
    try (RedisCluster cluster = RedisCluster.start(3, false);
        RedisStateStore one = onCluster(cluster)) {
      try (RedisStateStore two = onCluster(cluster)) {
        awaitTogether(one, two);
      }
      awaitTogether(one);
    }
  }

  private static RedisStateStore onCluster(RedisCluster cluster) {
    return RedisStateStore.clusterBuilder(cluster.uri()).timeout(LONG).beat(BEAT).build();
  }

  @Test
  void rightsThatAreMissingAreNoOutage() {
    server.run("ACL", "SETUSER", "eve", "on", ">pw", "~*", "+@all", "-hgetall");
    try (RedisStateStore store = open("redis://eve:pw@127.0.0.1:" + server.port())) {
      assertThat(store.fleet()).isEmpty();
      eventually("a beat").until(() -> server.calls("evalsha") + server.calls("eval") > 3);
      assertThat(store.fleet()).isEmpty();
      assertThat(Ask.acquire(store, "k").remaining()).isEqualTo(99);
    }
  }

  // --- the script, on a given clock ------------------------------------------------------------

  private static final long START = 1_763_683_200_123L;

  /** A call of an instance that calls every second, at an instant in milliseconds. */
  private List<String> said(long millis, String name, boolean stays) {
    String script = Scripts.fleetWithClock("local now = " + millis * 1_000 + "\n");
    Object reply =
        server.run("EVAL", script, 1, "fleet", name, 5_000_000, stays ? 1 : 0, 1_000_000);
    return ((List<?>) reply).stream().map(Object::toString).sorted().toList();
  }

  @Test
  void whoIsSilentForFiveSecondsIsDropped() {
    assertThat(said(START, "a", true)).containsExactly("a");
    for (int second = 1; second < 5; second++) {
      assertThat(said(START + 1_000 * second, "b", true)).containsExactly("a", "b");
    }
    assertThat(said(START + 4_999, "c", true)).containsExactly("a", "b", "c");
    assertThat(said(START + 5_000, "c", true)).containsExactly("b", "c");
    assertThat(said(START + 5_999, "c", false)).containsExactly("b");
    assertThat(server.run("HLEN", "fleet")).isEqualTo(1L);
    for (int second = 7; second < 11; second++) {
      assertThat(said(START + 1_000 * second, "d", true)).containsExactly("b", "d");
    }
    assertThat(said(START + 11_000, "d", false)).isEmpty();
    assertThat(server.run("EXISTS", "fleet")).isEqualTo(0L);
  }

  @Test
  void aSilenceOfTheServerIsCountedAgainstNobody() {
    said(START, "a", true);
    said(START + 100, "b", true);
    said(START + 200, "dead", true);
    long back = START + 200 + 3_000_000;
    assertThat(said(back, "a", true)).containsExactly("a", "b", "dead");
    assertThat(said(back + 900, "a", true)).containsExactly("a", "b", "dead");
    assertThat(said(back + 1_000, "b", true)).containsExactly("a", "b", "dead");
    for (int second = 2; second < 4; second++) {
      assertThat(said(back + 1_000 * second, "a", true)).contains("b", "dead");
    }
    assertThat(said(back + 4_000, "a", true)).containsExactly("a", "b");
  }

  @Test
  void whoIsLeftAloneDropsTheOthersWhateverTheJitter() {
    said(START, "dead", true);
    for (int beat = 1; beat < 5; beat++) {
      assertThat(said(START + 1_100 * beat, "a", true)).containsExactly("a", "dead");
    }
    assertThat(said(START + 5_500, "a", true)).containsExactly("a");
  }

  @Test
  void aClockThatIsSetBackKeepsNobodyAlive() {
    said(START, "dead", true);
    long back = START - 3_600_000;
    for (int second = 0; second < 5; second++) {
      assertThat(said(back + 1_000 * second, "a", true)).containsExactly("a", "dead");
    }
    assertThat(said(back + 5_000, "a", true)).containsExactly("a");
  }

  @Test
  void fallbacksShareTheLimitAmongTheInstancesThatTheStoreNamed() {
    try (RedisStateStore one = open();
        RedisStateStore two = open();
        RedisStateStore three = open();
        Fallback first = Fallback.local(one);
        Fallback second = Fallback.local(two);
        Fallback third = Fallback.local(three)) {
      awaitTogether(one, two, three);
      assertThat(first.toString()).startsWith("fallback(local, 1 of 3 instances) -> Redis");
      server.kill();

      List<Integer> admitted = new ArrayList<>();
      for (Fallback instance : List.of(first, second, third)) {
        int allowed = 0;
        for (int i = 0; i < Ask.HUNDRED.limits().get(0).permits(); i++) {
          Decision decision = Ask.acquire(instance, "key");
          assertThat(decision.source()).isEqualTo(Source.FALLBACK);
          allowed += decision.allowed() ? 1 : 0;
        }
        admitted.add(allowed);
      }
      assertThat(admitted).containsExactlyInAnyOrder(33, 33, 34);
    }
  }
}
