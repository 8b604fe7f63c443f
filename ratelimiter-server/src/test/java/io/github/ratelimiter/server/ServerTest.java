package io.github.ratelimiter.server;

import static io.github.ratelimiter.servers.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ratelimiter.rules.file.RuleFileException;
import io.github.ratelimiter.server.TestServer.Answer;
import io.github.ratelimiter.servers.RedisCluster;
import io.github.ratelimiter.servers.RedisProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The service")
class ServerTest {
  @TempDir private Path directory;

  private Path rules(String limits) throws IOException {
    return Files.writeString(
        directory.resolve("rules.yaml"),
        "rules: [{ id: api, match: { path: \"/api/**\" }, key: user, limits: %s }]"
            .formatted(limits));
  }

  private static String body(String user) {
    return "{\"user_id\": \"%s\", \"endpoint\": \"/api/orders\"}".formatted(user);
  }

  @Test
  @DisplayName("runs without anything installed: a client has the default limits")
  void defaults() {
    try (TestServer server = TestServer.start()) {
      assertThat(server.check(body("1")).text("/limit")).isEqualTo("1000");
    }
    try (TestServer server = TestServer.start("--default-limits", "2/h", "--headers", "legacy")) {
      assertThat(server.check(body("1")).header("X-RateLimit-Remaining")).isEqualTo("1");
      assertThat(server.check(body("2")).header("X-RateLimit-Remaining")).isEqualTo("1");
    }
  }

  @Test
  @DisplayName("does not start with rules that have mistakes")
  void mistakes() throws IOException {
    String rules = rules("5/m").toString();
    assertThatThrownBy(() -> TestServer.start("--rules", rules))
        .isInstanceOf(RuleFileException.class)
        .hasMessageContaining("a minute is min");
  }

  @Test
  @DisplayName("follows its rule file; a file with mistakes changes nothing")
  void reload() throws IOException {
    Path file = rules("10/h");
    try (TestServer server = TestServer.start("--rules", file.toString())) {
      assertThat(server.check(body("1")).text("/limit")).isEqualTo("10");
      rules("20/h");
      eventually("the new limit is in force")
          .until(() -> server.post("/v1/ratelimit/peek", body("1")).text("/limit").equals("20"));
      // One permit is used, before the change as after it.
      assertThat(server.check(body("1")).text("/remaining")).isEqualTo("18");
      rules("5/m");
      eventually("the mistake is noticed").until(() -> rejected(server) > 0);
      assertThat(server.check(body("1")).text("/remaining")).isEqualTo("17");
      rules("30/h");
      eventually("the next limit is in force")
          .until(() -> server.post("/v1/ratelimit/peek", body("1")).text("/limit").equals("30"));
      // A client without a rule has the default of the options still.
      assertThat(server.check("{\"user_id\": \"1\", \"endpoint\": \"/\"}").text("/limit"))
          .isEqualTo("1000");
    }
  }

  private static double rejected(TestServer server) {
    return server
        .get("/metrics")
        .response()
        .body()
        .lines()
        .filter(line -> line.startsWith("rate_limiter_rules_rejected_total"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  @Test
  @DisplayName("counts exactly what many callers ask for")
  void exact() throws Exception {
    try (TestServer server = TestServer.start("--rules", rules("100/day").toString())) {
      assertThat(allowed(List.of(server), 300)).isEqualTo(100);
    }
  }

  @Test
  @DisplayName("two instances on one Redis are one limit")
  void shared() throws Exception {
    // A busy machine must not make an outage of this.
    String[] patient = {"--redis-timeout", "20000"};
    try (RedisProcess redis = RedisProcess.start();
        TestServer one = onRedis(redis, patient);
        TestServer other = onRedis(redis, patient)) {
      eventually("Redis decides").until(() -> isDecidedByRedis(one) && isDecidedByRedis(other));
      assertThat(allowed(List.of(one, other), 300)).isEqualTo(100);
      assertThat(one.get("/health").text("/redis/status")).isEqualTo("connected");
    }
  }

  @Test
  @DisplayName("keeps usage in a cluster, of which it knows some nodes")
  void cluster() throws Exception {
    try (RedisCluster cluster = RedisCluster.start(3, false)) {
      cluster.awaitUp();
      String nodes =
          cluster.masters().stream().map(RedisProcess::uri).collect(Collectors.joining(","));
      try (TestServer server =
          TestServer.start(
              "--redis",
              nodes,
              "--redis-cluster",
              "--redis-timeout",
              "20000",
              "--rules",
              rules("100/day").toString())) {
        eventually("Redis decides").until(() -> isDecidedByRedis(server));
        assertThat(allowed(List.of(server), 300)).isEqualTo(100);
      }
    }
  }

  @Test
  @DisplayName("goes on when Redis is killed, says so, and uses Redis again when it is back")
  void outage() throws Exception {
    try (RedisProcess redis = RedisProcess.start("--appendonly", "yes");
        TestServer server = onRedis(redis)) {
      eventually("Redis decides").until(() -> isDecidedByRedis(server));
      redis.kill();
      eventually("the fallback decides").until(() -> !isDecidedByRedis(server));
      eventually("its health says so")
          .until(() -> server.get("/health").text("/status").equals("degraded"));
      assertThat(server.get("/health").text("/redis/status")).isEqualTo("unreachable");
      assertThat(server.get("/health/ready").status()).isEqualTo(200);
      redis.startAgain();
      eventually("Redis decides again").until(() -> isDecidedByRedis(server));
    }
  }

  @Test
  @DisplayName("refuses new keys while Redis is almost full, and says why")
  void almostFull() throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("full.yaml"),
            """
            rules: [{ id: api, key: user, limits: 100/day }]
            new-keys: { refuse-above-memory: "1%" }
            """);
    try (RedisProcess redis =
            RedisProcess.start("--maxmemory", "10mb", "--maxmemory-policy", "noeviction");
        TestServer server =
            TestServer.start(
                "--redis", redis.uri(), "--redis-timeout", "20000", "--rules", file.toString())) {
      AtomicInteger clients = new AtomicInteger();
      eventually("the memory is known")
          .until(
              () ->
                  server
                      .check(body("client" + clients.getAndIncrement()))
                      .text("/error/code")
                      .equals("STORE_ALMOST_FULL"));
      assertThat(server.check(body("new")).status()).isEqualTo(503);
      assertThat(server.post("/v1/ratelimit/peek", body("new")).text("/error/code"))
          .isEqualTo("STORE_ALMOST_FULL");
      assertThat(server.post("/v1/ratelimit/explain", body("new")).text("/explanation"))
          .contains("too much of the store's memory is in use");
    }
  }

  private static boolean isDecidedByRedis(TestServer server) {
    return server.post("/v1/ratelimit/peek", body("another")).text("/source").equals("store");
  }

  private TestServer onRedis(RedisProcess redis, String... more) throws IOException {
    List<String> args = new ArrayList<>(List.of("--redis", redis.uri()));
    args.addAll(List.of("--rules", rules("100/day").toString()));
    args.addAll(List.of(more));
    return TestServer.start(args.toArray(String[]::new));
  }

  private static long allowed(List<TestServer> servers, int calls) throws Exception {
    ExecutorService callers = Executors.newFixedThreadPool(8);
    try {
      List<Future<Answer>> answers =
          IntStream.range(0, calls)
              .mapToObj(
                  call ->
                      callers.submit(() -> servers.get(call % servers.size()).check(body("exact"))))
              .toList();
      long allowed = 0;
      for (Future<Answer> answer : answers) {
        allowed += answer.get().status() == 200 ? 1 : 0;
      }
      return allowed;
    } finally {
      callers.shutdown();
    }
  }
}
