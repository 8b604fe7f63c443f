package io.github.ratelimiter.server;

import static io.github.ratelimiter.servers.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.server.TestServer.Answer;
import io.github.ratelimiter.servers.RedisProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A reservation in a fleet on one Redis")
class ReservationFleetTest {
  private static final String RESERVE =
      "{\"user_id\": \"1\", \"endpoint\": \"/api/tokens\", \"max_cost\": 800}";
  private static final String PEEK = "{\"user_id\": \"1\", \"endpoint\": \"/api/tokens\"}";

  @TempDir private Path directory;

  private TestServer start(RedisProcess redis, String limits, String... more) throws IOException {
    Path rules =
        Files.writeString(
            directory.resolve(limits.replaceAll("\\W", "") + ".yaml"),
            "rules: [{ id: api, match: { path: \"/api/**\" }, key: user, limits: %s }]"
                .formatted(limits));
    List<String> args = new ArrayList<>(List.of("--redis", redis.uri(), "--rules", "" + rules));
    args.addAll(List.of("--reservation-secret", "the secret of the fleet in these tests"));
    args.addAll(List.of(more));
    TestServer server = TestServer.start(args.toArray(String[]::new));
    eventually("Redis decides").until(() -> isDecidedByRedis(server));
    return server;
  }

  /** A busy machine must not make an outage of this. */
  private TestServer patient(RedisProcess redis, String limits) throws IOException {
    return start(redis, limits, "--redis-timeout", "20000");
  }

  private static boolean isDecidedByRedis(TestServer server) {
    return server.post("/v1/ratelimit/peek", PEEK).text("/source").equals("store");
  }

  private static Answer settle(TestServer server, String id, long cost) {
    return server.post(
        "/v1/ratelimit/settle", "{\"id\": \"%s\", \"cost\": %d}".formatted(id, cost));
  }

  private static String remaining(TestServer server) {
    return server.post("/v1/ratelimit/peek", PEEK).text("/remaining");
  }

  @Test
  @DisplayName("is settled by another instance, after the first has ended and the limits changed")
  void other() throws Exception {
    try (RedisProcess redis = RedisProcess.start()) {
      String id;
      try (TestServer first = patient(redis, "fixed-window 1000/day")) {
        id = first.post("/v1/ratelimit/reserve", RESERVE).text("/id");
      }
      try (TestServer other = patient(redis, "fixed-window 2000/day")) {
        assertThat(remaining(other)).isEqualTo("1200");
        assertThat(settle(other, id, 300).status()).isEqualTo(200);
        // The new limit has taken over the usage; it takes back what it has taken over.
        assertThat(Long.parseLong(remaining(other))).isBetween(1_200L, 1_700L);
        assertThat(settle(other, id, 301).status()).isEqualTo(409);
      }
    }
  }

  @Test
  @DisplayName("is settled once by many callers of two instances")
  void concurrent() throws Exception {
    try (RedisProcess redis = RedisProcess.start();
        TestServer one = patient(redis, "fixed-window 1000/day");
        TestServer two = patient(redis, "fixed-window 1000/day")) {
      ExecutorService callers = Executors.newFixedThreadPool(8);
      try {
        long used = 0;
        for (int round = 0; round < 10; round++) {
          String id = one.post("/v1/ratelimit/reserve", RESERVE).text("/id");
          List<Future<Answer>> answers = new ArrayList<>();
          for (int call = 0; call < 16; call++) {
            TestServer server = call % 2 == 0 ? one : two;
            long cost = call % 4;
            answers.add(callers.submit(() -> settle(server, id, cost)));
          }
          used += costOf(answers);
          assertThat(remaining(two)).isEqualTo("" + (1_000 - used));
        }
      } finally {
        callers.shutdownNow();
      }
    }
  }

  /** Returns the cost with which the reservation was settled: that of all that succeed. */
  private static long costOf(List<Future<Answer>> answers) throws Exception {
    long cost = -1;
    int settled = 0;
    for (Future<Answer> each : answers) {
      Answer answer = each.get();
      if (answer.status() == 200) {
        settled++;
        cost = Long.parseLong(answer.text("/cost"));
      } else {
        assertThat(answer.status()).isEqualTo(409);
      }
    }
    assertThat(settled).isEqualTo(4);
    return cost;
  }

  @Test
  @DisplayName("is not settled while Redis is down, and can be settled afterwards")
  void outage() throws Exception {
    try (RedisProcess redis = RedisProcess.start("--appendonly", "yes");
        TestServer server = patient(redis, "fixed-window 1000/day")) {
      String id = server.post("/v1/ratelimit/reserve", RESERVE).text("/id");
      assertThat(remaining(server)).isEqualTo("200");
      redis.kill();
      eventually("the fallback decides").until(() -> !isDecidedByRedis(server));
      Answer failed = settle(server, id, 300);
      assertThat(failed.status()).isEqualTo(503);
      assertThat(failed.text("/detail")).contains("Nothing is settled");

      redis.startAgain();
      eventually("Redis decides again").until(() -> isDecidedByRedis(server));
      eventually("it is settled").until(() -> settle(server, id, 300).status() == 200);
      assertThat(settle(server, id, 0).status()).isEqualTo(409);
      eventually("the rest is returned").until(() -> remaining(server).equals("700"));
    }
  }

  @Test
  @DisplayName("that was made by the fallback is settled where it was made")
  void duringOutage() throws Exception {
    try (RedisProcess redis = RedisProcess.start("--appendonly", "yes");
        TestServer server = patient(redis, "fixed-window 1000/day");
        TestServer other = patient(redis, "fixed-window 1000/day")) {
      redis.kill();
      eventually("the fallback decides").until(() -> !isDecidedByRedis(server));
      Answer reserved = server.post("/v1/ratelimit/reserve", RESERVE.replace("800", "100"));
      assertThat(reserved.text("/decision/source")).isEqualTo("fallback");
      redis.startAgain();
      eventually("Redis decides again").until(() -> isDecidedByRedis(server));
      eventually("Redis has the usage").until(() -> remaining(other).equals("900"));
      String id = reserved.text("/id");
      eventually("it is settled").until(() -> settle(other, id, 40).status() == 200);
      // The other instance cannot return what it does not know, and no more is ever returned.
      assertThat(settle(server, id, 40).status()).isEqualTo(200);
      eventually("Redis says so")
          .untilAsserted(() -> assertThat(Long.parseLong(remaining(server))).isBetween(900L, 960L));
    }
  }
}
