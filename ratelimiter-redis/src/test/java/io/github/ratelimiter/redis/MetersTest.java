package io.github.ratelimiter.redis;

import static io.github.ratelimiter.servers.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.cache.AdmissionCache;
import io.github.ratelimiter.fallback.Fallback;
import io.github.ratelimiter.servers.RedisCluster;
import io.github.ratelimiter.servers.RedisProcess;
import io.github.ratelimiter.store.StateStore;
import io.github.ratelimiter.store.StoreMeter;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The meters of a store on Redis and of its wrappers")
class MetersTest {
  private final Policy policy = Policy.parse("login", "1000000/s");

  private static double read(StateStore store, String name) {
    StoreMeter found =
        store.meters().stream().filter(meter -> meter.name().equals(name)).findAny().orElseThrow();
    return found.value().getAsDouble();
  }

  @Test
  @DisplayName("show an outage from its beginning to its end")
  void outage() {
    try (RedisProcess server = RedisProcess.start();
        RedisStateStore redis = RedisStateStore.builder(server.uri()).build()) {
      RateLimiter limiter =
          RateLimiter.builder()
              .policy(policy)
              .store(redis)
              .wrap(inner -> Fallback.around(inner).instance(0, 1).window(5, 2).build())
              .wrap(AdmissionCache::of)
              .build();
      StateStore store = limiter.store();
      assertThat(store.meters()).extracting(StoreMeter::name).doesNotHaveDuplicates().hasSize(8);
      eventually("the store decides and the key is hot")
          .until(
              () ->
                  limiter.tryAcquire("k").allowed()
                      && read(store, "cache.keys") == 1
                      && read(store, "breaker.open") == 0
                      && read(store, "fallback.keys.uncharged") == 0);
      assertThat(read(store, "redis.connected")).isOne();
      assertThat(read(store, "redis.connections")).isOne();
      assertThat(read(store, "redis.connects")).isOne();
      assertThat(read(store, "redis.clock.skew")).isBetween(-60.0, 60.0);
      assertThat(read(store, "redis.instances")).as("nobody asked").isNaN();

      server.kill();
      eventually("the fallback decides")
          .until(
              () ->
                  limiter.tryAcquire("k").allowed()
                      && read(store, "breaker.open") == 1
                      && read(store, "fallback.keys.uncharged") == 1);
      assertThat(read(store, "redis.connected")).isZero();
      assertThat(read(store, "redis.connections")).isZero();

      server.startAgain();
      eventually("the store decides again and is charged")
          .until(
              () ->
                  limiter.tryAcquire("k").allowed()
                      && read(store, "breaker.open") == 0
                      && read(store, "fallback.keys.uncharged") == 0);
      assertThat(read(store, "redis.connections")).isOne();
      assertThat(read(store, "redis.connects")).isGreaterThanOrEqualTo(2);
      limiter.close();
    }
  }

  @Test
  @DisplayName("count the connections to the nodes of a cluster")
  void cluster() {
    try (RedisCluster cluster = RedisCluster.start(3, false);
        RedisStateStore store = RedisStateStore.clusterBuilder(cluster.uri()).build()) {
      Ask.untilDecides(store, "k");
      eventually("connected").until(() -> read(store, "redis.connected") == 1);
      assertThat(read(store, "redis.connections")).isGreaterThanOrEqualTo(3);
    }
  }

  @Test
  @DisplayName("do not count the connections of a cluster's connection that was given")
  void given() {
    try (RedisCluster cluster = RedisCluster.start(3, false)) {
      RedisClusterClient client = RedisClusterClient.create(cluster.uri());
      try (StatefulRedisClusterConnection<String, String> connection = client.connect();
          RedisStateStore store = RedisStateStore.builder(connection).build()) {
        Ask.untilDecides(store, "k");
        assertThat(read(store, "redis.connections")).isNaN();
      } finally {
        client.shutdown();
      }
    }
  }

  @Test
  @DisplayName("show the instances if a fallback asks for them")
  void instances() {
    try (RedisProcess server = RedisProcess.start();
        RedisStateStore store = RedisStateStore.builder(server.uri()).build()) {
      eventually("the first heartbeat").until(() -> store.fleet().isPresent());
      assertThat(read(store, "redis.instances")).isOne();
    }
  }
}
