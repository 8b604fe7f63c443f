package io.github.ratelimiter.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Limit;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.StoreMisconfiguredException;
import io.github.ratelimiter.redis.script.ScriptCall;
import io.github.ratelimiter.redis.script.Scripts;
import io.github.ratelimiter.servers.RedisProcess;
import io.github.ratelimiter.store.Request;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The decision script by the server's own clock: atomicity, expiry, size, and bad data. {@code
 * -Dmemory.keys=100000} measures the size with more keys.
 */
class ScriptTest {
  private static final int KEYS = Integer.getInteger("memory.keys", 25_000);
  private static final int KEYS_A_CALL = 500;
  private static final int GRANTS = 5_000;

  private static RedisProcess server;
  private static RedisClient client;
  private static StatefulRedisConnection<byte[], byte[]> connection;

  @BeforeAll
  static void start() {
    // Slow calls would be kept, and counted as memory of keys.
    server = RedisProcess.start("--slowlog-max-len", "0");
    client = RedisClient.create(RedisURI.create(server.uri()));
    connection = client.connect(ByteArrayCodec.INSTANCE);
    assertThat(connection.sync().scriptLoad(bytes(Scripts.DECIDE))).isEqualTo(Scripts.DECIDE_SHA1);
  }

  @AfterAll
  static void stop() {
    client.shutdown(0, 0, TimeUnit.SECONDS);
    server.close();
  }

  @BeforeEach
  void clear() {
    server.run("FLUSHALL");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static RedisFuture<Object> send(
      StatefulRedisConnection<byte[], byte[]> connection, ScriptCall call) {
    return connection
        .async()
        .evalsha(Scripts.DECIDE_SHA1, ScriptOutputType.MULTI, call.keys(), call.args());
  }

  private static ScriptCall call(Request... requests) {
    byte[] key = bytes(requests[0].key());
    return ScriptCall.of(List.of(new ScriptCall.Item(key, List.of(requests))), 0);
  }

  private static List<Decision> decide(Request... requests) {
    ScriptCall call = call(requests);
    return call.decisions(send(connection, call).toCompletableFuture().join()).get(0);
  }

  private static Request acquire(String key, Policy policy, long permits) {
    return new Request.Acquire(key, policy, permits);
  }

  private static Object ttl(String key) {
    return server.run("PTTL", key);
  }

  // --- one atomic step -------------------------------------------------------------------------

  @Test
  void splitCheckAndIncrementAdmitTooMany() {
    String check = connection.sync().scriptLoad(bytes(LockStep.resource("split-check.lua")));
    String increment =
        connection.sync().scriptLoad(bytes(LockStep.resource("split-increment.lua")));
    byte[][] key = {bytes("split")};
    List<RedisFuture<Long>> checks =
        IntStream.range(0, 1_000)
            .mapToObj(
                i ->
                    connection
                        .async()
                        .<Long>evalsha(check, ScriptOutputType.INTEGER, key, bytes("100")))
            .toList();
    long admitted = 0;
    for (RedisFuture<Long> look : checks) {
      if (look.toCompletableFuture().join() == 1) {
        connection.sync().<Long>evalsha(increment, ScriptOutputType.INTEGER, key);
        admitted++;
      }
    }
    assertThat(admitted).isGreaterThan(100);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "100/day",
        "leaky-bucket 100/day",
        "fixed-window 100/day from first use",
        "sliding-log 100/day",
        "sliding-window 100/day from first use",
        "100/day; fixed-window 1000/366day; sliding-log 200/day"
      })
  void thousandCallersGetTheLimit(String text) {
    Policy policy = Policy.parse("test", text);
    List<StatefulRedisConnection<byte[], byte[]>> connections =
        IntStream.range(0, 8).mapToObj(i -> client.connect(ByteArrayCodec.INSTANCE)).toList();
    ScriptCall call = call(acquire("one", policy, 1));
    List<RedisFuture<Object>> replies =
        IntStream.range(0, 1_000).mapToObj(i -> send(connections.get(i % 8), call)).toList();
    long admitted =
        replies.stream()
            .map(reply -> call.decisions(reply.toCompletableFuture().join()).get(0).get(0))
            .filter(Decision::allowed)
            .count();
    connections.forEach(StatefulRedisConnection::close);
    assertThat(admitted).isEqualTo(100);
  }

  @Test
  void requestsOfOneCallAreDecidedInTurn() {
    Policy policy = Policy.parse("test", "10/day");
    decide(acquire("k", policy, 6));
    assertThat(
            decide(acquire("k", policy, 5), acquire("k", policy, 1), acquire("k", policy, 1))
                .stream()
                .map(Decision::allowed))
        .containsExactly(false, true, true);
  }

  // --- what is stored --------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10/h",
        "99991/day",
        "fixed-window 10/day",
        "sliding-log 10/h",
        "sliding-window 10/day",
        "10/h; sliding-log 20/day"
      })
  void refusalsAndPeeksWriteNothing(String text) {
    Policy policy = Policy.parse("test", text);
    decide(new Request.Peek("k", policy, 1), acquire("k", policy, 1_000_000));
    decide(new Request.Refund("k", policy, 3), new Request.Reset("k", policy));
    assertThat(server.run("DBSIZE")).isEqualTo(0L);
    decide(acquire("k", policy, 5), acquire("k", policy, 1));
    long writes = server.calls("set");
    Object stored = server.run("DUMP", "k");
    decide(acquire("k", policy, 1_000_000), new Request.Peek("k", policy, 1));
    assertThat(server.calls("set")).isEqualTo(writes);
    assertThat(server.run("DUMP", "k")).isEqualTo(stored);
    decide(new Request.Refund("k", policy, 1_000_000));
    assertThat(server.run("DBSIZE")).as("a fresh key is deleted").isEqualTo(0L);
  }

  @ParameterizedTest
  @CsvSource({
    "10/day, 8640000",
    "1000000/s, 1",
    "leaky-bucket 1/min, 60000",
    "fixed-window 10/366day from first use, 31622400000",
    "sliding-log 10/h, 3600000",
    "sliding-window 10/s from first use, 2000",
    "10/s; sliding-log 20/min, 60000"
  })
  void keyLivesAtMostTwiceAsLongAsItsStateMatters(String text, long millis) {
    Policy policy = Policy.parse("test", text);
    Decision decision = decide(acquire("k", policy, 1)).get(0);
    assertThat(decision.resetAfter().toMillis()).isLessThanOrEqualTo(millis);
    assertThat((Long) ttl("k")).isBetween(millis == 1 ? -2 : millis - 1_000, 2 * millis);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"100/min burst 1000", "sliding-log 1000/h", "1000/h; sliding-log 900/day"})
  void expiryOfBusyKeyIsSeldomWrittenAndNeverTooEarly(String text) {
    Policy policy = Policy.parse("test", text);
    Set<Object> expiries = new HashSet<>();
    for (int i = 0; i < 500; i++) {
      Decision decision = decide(acquire("k", policy, 1)).get(0);
      assertThat((Long) ttl("k")).isGreaterThanOrEqualTo(decision.resetAfter().toMillis() - 1_000);
      expiries.add(server.run("PEXPIRETIME", "k"));
    }
    assertThat(expiries).hasSizeLessThan(20);
  }

  @Test
  void ringsExpireWithTheirState() {
    Policy policy = Policy.parse("test", "sliding-log 100/h; 10/day");
    for (int i = 0; i < 9; i++) {
      decide(acquire("k", policy, 1));
    }
    assertThat(server.run("PEXPIRETIME", "k:log1")).isEqualTo(server.run("PEXPIRETIME", "k"));
    assertThat(server.run("EXISTS", "k:log2")).isEqualTo(0L);
    decide(acquire("k", Policy.parse("test", "100/h"), 1));
    assertThat(server.run("EXISTS", "k:log1")).as("another version's log").isEqualTo(1L);
    decide(new Request.Reset("k", policy));
    assertThat(server.run("EXISTS", "k:log1")).as("no log any more").isEqualTo(0L);
  }

  @Test
  void logThatWasEvictedForgetsNoPermitBeforeItsTime() {
    Policy policy = Policy.parse("test", "sliding-log 5/day");
    for (int i = 0; i < 5; i++) {
      assertThat(decide(acquire("k", policy, 1)).get(0).allowed()).isTrue();
    }
    server.run("DEL", "k:log1");
    assertThat(decide(acquire("k", policy, 1)).get(0).allowed()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "some text of another program", "\u0010", "\u0010\u0010", "\u0019"})
  void unknownStateIsAnErrorOfItsKeyAlone(String stored) {
    for (String text : List.of("10/s", "fixed-window 10/s", "sliding-log 10/s; 10/s")) {
      Policy policy = Policy.parse("test", text);
      server.run("SET", "strange", stored);
      ScriptCall call =
          ScriptCall.of(
              List.of(
                  new ScriptCall.Item(bytes("strange"), List.of(acquire("strange", policy, 1))),
                  new ScriptCall.Item(bytes("k"), List.of(acquire("k", policy, 1)))),
              0);
      Object reply = send(connection, call).toCompletableFuture().join();
      assertThatThrownBy(() -> call.decisions(reply, 0))
          .isInstanceOf(StoreMisconfiguredException.class)
          .hasMessageContaining("cannot be read by this version");
      assertThat(call.decisions(reply, 1).get(0).allowed()).isTrue();
      assertThat(server.run("GET", "strange")).as("untouched").isEqualTo(stored);
    }
  }

  /**
   * On the server of the tests, whose allocator takes eight bytes for each of four pieces a key.
   */
  @ParameterizedTest
  @CsvSource({
    "100/min burst 1000, 170",
    "99991/day, 175",
    "leaky-bucket 1000/h, 170",
    "fixed-window 1000/day, 170",
    "fixed-window 1000/day in Europe/Berlin, 205",
    "sliding-window 1000/day, 180",
    "sliding-log 1000/day, 190",
    "1000/h; 10000/day, 190",
    "1000/h; fixed-window 10000/day; sliding-window 100000/366day, 230"
  })
  void bytesOfKey(String text, long most) {
    Policy policy = Policy.parse("test", text);
    long before = server.usedMemory();
    StatefulRedisConnection<byte[], byte[]> connection = client.connect(ByteArrayCodec.INSTANCE);
    List<RedisFuture<Object>> replies = new ArrayList<>();
    long permits = policy.limits().stream().mapToLong(Limit::capacity).min().orElseThrow();
    // The second round finds nothing left; the server's tables finish growing meanwhile.
    for (int first = 0; first < 2 * KEYS; first += KEYS_A_CALL) {
      List<ScriptCall.Item> items = new ArrayList<>();
      for (int i = first; i < first + KEYS_A_CALL; i++) {
        String key = "rl:{017}:user:" + (100_000_000 + i % KEYS);
        items.add(new ScriptCall.Item(bytes(key), List.of(acquire(key, policy, permits))));
      }
      replies.add(send(connection, ScriptCall.of(items, 0)));
    }
    replies.forEach(reply -> reply.toCompletableFuture().join());
    connection.close();
    double used = (server.usedMemory() - before) / (double) KEYS;
    System.out.println(text + ": " + used + " bytes a key");
    assertThat(used).isLessThan(most);
  }

  @Test
  void bytesOfLoggedGrant() {
    Policy policy = Policy.parse("test", "sliding-log 1000000/day");
    List<RedisFuture<Object>> replies = new ArrayList<>();
    ScriptCall call = call(acquire("rl:{017}:user:100000000", policy, 1));
    for (int i = 0; i < GRANTS; i++) {
      replies.add(send(connection, call));
    }
    replies.forEach(reply -> reply.toCompletableFuture().join());
    double bytes = (Long) server.run("MEMORY", "USAGE", "rl:{017}:user:100000000:log1");
    System.out.println("sliding log: " + bytes / GRANTS + " bytes a grant");
    assertThat(bytes / GRANTS).isLessThan(16);
  }
}
