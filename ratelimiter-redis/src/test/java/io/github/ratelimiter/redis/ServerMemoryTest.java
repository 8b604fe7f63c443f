package io.github.ratelimiter.redis;

import static io.github.ratelimiter.servers.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.servers.RedisProcess;
import io.github.ratelimiter.store.StoreMemory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The memory of a server")
class ServerMemoryTest {
  private static StoreMemory measured(RedisStateStore store) {
    eventually("the server has answered").until(() -> store.memory().isPresent());
    return store.memory().orElseThrow();
  }

  @Test
  @DisplayName("is known as a part of its bound, and follows what the server uses")
  void part() {
    try (RedisProcess server = RedisProcess.start("--maxmemory", "20mb");
        RedisStateStore store = RedisStateStore.builder(server.uri()).build()) {
      assertThat(measured(store).usedPart().orElseThrow()).isBetween(0.01, 0.5);
      assertThat(measured(store).eviction()).isEmpty();
      server.run("SETRANGE", "other", 16_000_000, "x");
      eventually("more than 80 % are in use")
          .until(() -> measured(store).usedPart().orElseThrow() > 0.8);
      server.kill();
      eventually("nothing is known of a server that is down").until(() -> store.memory().isEmpty());
    }
  }

  @Test
  @DisplayName("has no part without a bound, and tells of an evicting policy")
  void policies() {
    try (RedisProcess server = RedisProcess.start();
        RedisStateStore store = RedisStateStore.builder(server.uri()).build()) {
      assertThat(measured(store).usedPart()).isEmpty();
      server.run("CONFIG", "SET", "maxmemory", "100mb");
      server.run("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
      eventually("the policy is known")
          .until(
              () ->
                  measured(store).eviction().filter(it -> it.contains("allkeys-lru")).isPresent());
    }
  }
}
