package io.github.ratelimiter.redis.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The fixtures themselves. */
class ServersTest {
  @Test
  void aServerKeepsItsPortOverARestart() {
    try (RedisProcess server = RedisProcess.start()) {
      int port = server.port();
      server.kill();
      server.startAgain();
      assertThat(server.run("PING")).isEqualTo("PONG");
      assertThat(server.port()).isEqualTo(port);
      assertThat(server.calls("ping")).isPositive();
    }
  }

  @Test
  void aPausedServerGoesOn() {
    try (RedisProcess server = RedisProcess.start()) {
      server.pause();
      server.resume();
      assertThat(server.run("SET", "a", "1")).isEqualTo("OK");
    }
  }

  @Test
  void aClusterHasItsSlotsAndReplicas() {
    try (RedisCluster cluster = RedisCluster.start(3, true)) {
      assertThat(cluster.ownerOf(0)).isSameAs(cluster.masters().get(0));
      assertThat(cluster.ownerOf(16_383)).isSameAs(cluster.masters().get(2));
      assertThat(cluster.replicas())
          .allSatisfy(r -> assertThat(r.info("replication")).containsEntry("role", "slave"));
    }
  }

  @Test
  void sentinelsFindTheMaster() {
    try (RedisProcess master = RedisProcess.start();
        RedisProcess sentinel = RedisProcess.sentinel(master.port(), Duration.ofSeconds(1))) {
      assertThat(sentinel.run("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "main"))
          .isEqualTo(List.of("127.0.0.1", "" + master.port()));
    }
  }
}
