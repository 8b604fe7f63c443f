package io.github.ratelimiter.spring;

import static io.github.ratelimiter.servers.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.servers.Certificate;
import io.github.ratelimiter.servers.RedisCluster;
import io.github.ratelimiter.servers.RedisProcess;
import io.github.ratelimiter.spring.failure.InvalidSettingException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.data.redis.connection.RedisStaticMasterReplicaConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

@DisplayName("The store in Redis uses the settings of Spring:")
class RedisSettingsTest {
  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withUserConfiguration(StartTest.Application.class)
          .withPropertyValues(
              "ratelimiter.policies.api=2/h",
              "ratelimiter.redis.timeout=20s", // A busy machine takes long to connect.
              "ratelimiter.redis.require-connection=true",
              "ratelimiter.cache.enabled=false",
              "ratelimiter.fallback.enabled=false");

  private static void decidesInRedis(ApplicationContextRunner runner) {
    runner.run(
        context -> {
          RateLimiter limiter = context.getBean(RateLimiters.class).get("api");
          assertThat(limiter.tryAcquire("k").remaining()).isEqualTo(1);
          assertThat(limiter.tryAcquire("k").source()).isEqualTo(Decision.Source.STORE);
          assertThat(limiter.tryAcquire("k").allowed()).isFalse();
        });
  }

  @Test
  @DisplayName("user, password, database and name of the client")
  void standalone() {
    try (RedisProcess redis = RedisProcess.start("--requirepass", "secret")) {
      redis.run("ACL", "SETUSER", "app", "on", ">pass", "~*", "&*", "+@all");
      runner
          .withPropertyValues(
              "spring.data.redis.port=" + redis.port(),
              "spring.data.redis.username=app",
              "spring.data.redis.password=pass",
              "spring.data.redis.database=3",
              "spring.data.redis.client-name=shop",
              "spring.data.redis.connect-timeout=2s")
          .run(
              context -> {
                context.getBean(RateLimiters.class).get("api").tryAcquire("k");
                assertThat(redis.text("CLIENT", "LIST").lines())
                    .anySatisfy(line -> assertThat(line).contains("name=shop", "db=3", "user=app"));
              });
      decidesInRedis(
          runner.withPropertyValues(
              "spring.data.redis.url=redis://app:pass@127.0.0.1:" + redis.port() + "/4"));
    }
  }

  @Test
  @DisplayName("a wrong password prevents the start if a connection is required")
  void wrongPassword() {
    try (RedisProcess redis = RedisProcess.start("--requirepass", "secret")) {
      runner
          .withPropertyValues(
              "spring.data.redis.port=" + redis.port(), "spring.data.redis.password=wrong")
          .run(
              context ->
                  assertThat(context.getStartupFailure())
                      .rootCause()
                      .message()
                      // The driver may see that the server closes the connection before it reads
                      // why.
                      .containsAnyOf("WRONGPASS", "Connection closed prematurely"));
    }
  }

  @Test
  @DisplayName("TLS with a bundle of certificates")
  void tls(@TempDir Path dir) throws Exception {
    Certificate certificate = Certificate.in(dir);
    int port = RedisProcess.freePort();
    try (RedisProcess redis = certificate.startServer(port)) {
      ApplicationContextRunner overTls =
          runner.withPropertyValues(
              "spring.data.redis.host=localhost",
              "spring.data.redis.port=" + port,
              "spring.data.redis.ssl.bundle=redis");
      decidesInRedis(
          overTls.withPropertyValues(
              "spring.ssl.bundle.pem.redis.truststore.certificate="
                  + certificate.certificate().toUri()));
      assertThat(redis.run("PING")).isEqualTo("PONG");
    }
  }

  @Test
  @DisplayName("Cluster")
  void cluster() {
    try (RedisCluster cluster = RedisCluster.start(3, false)) {
      decidesInRedis(
          runner.withPropertyValues(
              "spring.data.redis.cluster.nodes="
                  + cluster.masters().stream()
                      .map(node -> "127.0.0.1:" + node.port())
                      .collect(Collectors.joining(","))));
    }
  }

  @Test
  @DisplayName("Sentinel, with its database, and after a failover")
  void sentinel() {
    try (RedisProcess master = RedisProcess.start();
        RedisProcess replica = RedisProcess.start("--replicaof", "127.0.0.1 " + master.port());
        RedisProcess one = RedisProcess.sentinel(master.port(), Duration.ofMillis(500));
        RedisProcess two = RedisProcess.sentinel(master.port(), Duration.ofMillis(500))) {
      List<RedisProcess> sentinels = List.of(one, two);
      for (RedisProcess sentinel : sentinels) {
        eventually("the sentinels know each other")
            .until(
                () -> {
                  String known = sentinel.info("sentinel").get("master0");
                  return known.contains("sentinels=2") && known.contains("slaves=1");
                });
      }
      runner
          .withPropertyValues(
              "spring.data.redis.sentinel.master=main",
              "spring.data.redis.sentinel.nodes="
                  + sentinels.stream()
                      .map(node -> "127.0.0.1:" + node.port())
                      .collect(Collectors.joining(",")),
              "spring.data.redis.database=2",
              "ratelimiter.redis.timeout=5s",
              "ratelimiter.redis.require-connection=false")
          .run(
              context -> {
                RateLimiter limiter = context.getBean(RateLimiters.class).get("api");
                eventually("the master decides")
                    .until(() -> limiter.tryAcquire("k").source() == Decision.Source.STORE);
                assertThat(master.info("keyspace")).containsKey("db2");

                master.kill();

                eventually("the replica is the master").until(replica::isMaster);
                eventually("the new master decides")
                    .until(() -> limiter.tryAcquire("other").source() == Decision.Source.STORE);
              });
    }
  }

  @Configuration(proxyBeanMethods = false)
  @Import(StartTest.Application.class)
  static class StaticNodes {
    @Bean
    LettuceConnectionFactory redis() {
      RedisStaticMasterReplicaConfiguration nodes =
          new RedisStaticMasterReplicaConfiguration("127.0.0.1", 1);
      nodes.addNode("127.0.0.1", 2);
      return new LettuceConnectionFactory(nodes);
    }
  }

  @Configuration(proxyBeanMethods = false)
  @Import(StartTest.Application.class)
  static class TwoConnections {
    @Bean
    LettuceConnectionFactory one() {
      return new LettuceConnectionFactory("127.0.0.1", 1);
    }

    @Bean
    LettuceConnectionFactory other() {
      return new LettuceConnectionFactory("127.0.0.1", 2);
    }
  }

  private static String causes(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
        .map(Throwable::getMessage)
        .collect(Collectors.joining("\n"));
  }

  @Test
  @DisplayName("what it cannot use prevents the start, instead of limits in each process")
  void refused() {
    runner
        .withUserConfiguration(StaticNodes.class)
        .run(
            context ->
                assertThat(context.getStartupFailure())
                    .rootCause()
                    .isInstanceOf(InvalidSettingException.class)
                    .hasMessageContaining("The limits cannot be kept in the Redis"));
    runner
        .withUserConfiguration(TwoConnections.class)
        .run(
            context ->
                assertThat(causes(context.getStartupFailure()))
                    .contains("the connection factories are [one, other]"));
  }
}
