package io.github.ratelimiter.redis;

import static io.github.ratelimiter.servers.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.servers.RedisProcess;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A master, its replica, and three Sentinels that replace the one by the other. */
class SentinelTest {
  private static final Policy MANY =
      Policy.parse("test", "fixed-window 1000000000/day from first use");

  private RedisProcess master;
  private RedisProcess replica;
  private List<RedisProcess> sentinels;

  @BeforeEach
  void start() {
    master = RedisProcess.start();
    replica = RedisProcess.start("--replicaof", "127.0.0.1 " + master.port());
    eventually("the replica follows").until(replica::isFollowing);
    sentinels =
        Stream.generate(() -> RedisProcess.sentinel(master.port(), Duration.ofMillis(500)))
            .limit(3)
            .toList();
    for (RedisProcess sentinel : sentinels) {
      eventually("the Sentinels know each other and the replica")
          .until(
              () -> {
                String masters = sentinel.info("sentinel").get("master0");
                return masters.contains("sentinels=3") && masters.contains("slaves=1");
              });
    }
  }

  @AfterEach
  void stop() {
    sentinels.forEach(RedisProcess::close);
    replica.close();
    master.close();
  }

  private String uri() {
    return "redis-sentinel://127.0.0.1:"
        + sentinels.get(0).port()
        + ",127.0.0.1:"
        + sentinels.get(1).port()
        + ",127.0.0.1:"
        + sentinels.get(2).port()
        + "/0#main";
  }

  private static void report(String fault, Object what) {
    System.out.println("MEASURED " + fault + ": " + what);
  }

  @Test
  void aPromotedReplicaIsFoundAfterTheMastersDeath() {
    try (RedisStateStore store =
        RedisStateStore.builder(uri()).timeout(Duration.ofMillis(500)).build()) {
      Load load = new Load(store, MANY, 4);
      try (load) {
        eventually("decisions").until(() -> load.decisions() > 500);
        master.kill();
        long killed = System.nanoTime();
        report("Sentinel, killed master, decides after", Ask.untilDecides(store, "k"));
        assertThat(replica.isMaster()).isTrue();
        report("Sentinel, last failure", Duration.ofNanos(load.lastFailureNanos() - killed));
        long before = load.decisions();
        eventually("decisions again").until(() -> load.decisions() > before + 500);
      }
      try (RedisStateStore reader =
          RedisStateStore.builder(uri()).timeout(Duration.ofSeconds(20)).build()) {
        load.assertNothingTwice(reader, 1_000_000_000);
      }
      assertThat(load.slowest()).isLessThan(Duration.ofSeconds(2));
    }
  }

  @Test
  void aPromotedReplicaIsFoundWhenTheMasterHangs() {
    try (RedisStateStore store =
        RedisStateStore.builder(uri()).timeout(Duration.ofMillis(500)).build()) {
      Ask.acquire(store, "k");
      eventually("replicated").until(() -> !replica.run("DBSIZE").equals(0L));
      master.pause();
      report("Sentinel, hung master, decides after", Ask.untilDecides(store, "k"));
      assertThat(Ask.acquire(store, "k").remaining()).isEqualTo(98);
      master.resume();
      // The old master becomes a replica, and nobody asks it any more.
      eventually("demoted").until(() -> !master.isMaster());
      assertThat(Ask.acquire(store, "k").remaining()).isEqualTo(97);
    }
  }

  @Test
  void aStoreSaysWhichMasterItMeans() {
    try (RedisStateStore store =
        RedisStateStore.builder(uri()).timeout(Duration.ofMillis(500)).build()) {
      assertThat(store.toString()).contains("main of Sentinels 127.0.0.1:");
    }
  }
}
