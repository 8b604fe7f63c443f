package io.github.ratelimiter.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Real servers")
class ServersTest {
  @Test
  @DisplayName("keep their port over a restart")
  void restart() {
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
  @DisplayName("answer after a pause")
  void pause() {
    try (RedisProcess server = RedisProcess.start()) {
      server.pause();
      server.resume();
      assertThat(server.run("SET", "a", "1")).isEqualTo("OK");
    }
  }

  @Test
  @DisplayName("leave no files")
  void files() {
    RedisProcess server = RedisProcess.start();
    assertThat(server.dir()).exists();
    server.close();
    assertThat(server.dir()).doesNotExist();
  }

  @Test
  @DisplayName("form a cluster of masters with replicas")
  void cluster() {
    try (RedisCluster cluster = RedisCluster.start(3, true)) {
      assertThat(cluster.ownerOf(0)).isSameAs(cluster.masters().get(0));
      assertThat(cluster.ownerOf(16_383)).isSameAs(cluster.masters().get(2));
      assertThat(cluster.replicas()).hasSize(3).allMatch(RedisProcess::isFollowing);
    }
  }

  @Test
  @DisplayName("are found by Sentinels")
  void sentinel() {
    try (RedisProcess master = RedisProcess.start();
        RedisProcess sentinel = RedisProcess.sentinel(master.port(), Duration.ofSeconds(1))) {
      assertThat(sentinel.run("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "main"))
          .isEqualTo(List.of("127.0.0.1", "" + master.port()));
    }
  }
}
