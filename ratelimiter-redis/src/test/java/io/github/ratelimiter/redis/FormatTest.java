package io.github.ratelimiter.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.StoreMisconfiguredException;
import io.github.ratelimiter.algorithm.Algorithm;
import io.github.ratelimiter.algorithm.BucketAlgorithm;
import io.github.ratelimiter.algorithm.FixedWindowAlgorithm;
import io.github.ratelimiter.algorithm.SlidingWindowAlgorithm;
import io.github.ratelimiter.redis.script.Packed;
import io.github.ratelimiter.redis.script.ScriptCall;
import io.github.ratelimiter.redis.script.Scripts;
import io.github.ratelimiter.servers.RedisProcess;
import io.github.ratelimiter.store.Request;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two versions of this library on one key space, as in a rolling deployment. */
class FormatTest {
  private static RedisProcess server;
  private static RedisClient client;
  private static RedisCommands<byte[], byte[]> redis;
  private static String before;
  private static String present;

  @BeforeAll
  static void start() {
    server = RedisProcess.start();
    client = RedisClient.create(RedisURI.create(server.uri()));
    redis = client.connect(ByteArrayCodec.INSTANCE).sync();
    before = redis.scriptLoad(bytes(LockStep.resource("first-format.lua")));
    present = redis.scriptLoad(bytes(Scripts.DECIDE));
  }

  @AfterAll
  static void stop() {
    client.shutdown(0, 0, TimeUnit.SECONDS);
    server.close();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  // --- the version before ----------------------------------------------------------------------

  /** One acquisition by the version before; its reply for the one item. */
  private static List<?> acquireBefore(String key, Policy policy) {
    Packed requests = new Packed(32).write(1, 2).write(0, 1).write(1, 2).write(12, 4);
    requests.write(0, 1).write(1, 2).write(2, 2).write(1, 7);
    byte[][] keys = new byte[1 + policy.limits().size()][];
    keys[0] = bytes(key);
    for (int i = 1; i < keys.length; i++) {
      keys[i] = bytes(key + ":log" + i);
    }
    return redis.evalsha(
        before, ScriptOutputType.MULTI, keys, requests.toBytes(), policyBefore(policy));
  }

  private static byte[] policyBefore(Policy policy) {
    Packed out = new Packed(64).write(16 + policy.limits().size() - 1, 1);
    for (Algorithm algorithm : policy.counters()) {
      if (algorithm instanceof BucketAlgorithm bucket) {
        boolean wide = bucket.l() > 0xFFFF;
        out.write(16 + (wide ? 8 : 0) + (bucket.spaced() ? 4 : 0) + unit(bucket.unit()), 1);
        out.write(bucket.l(), wide ? 5 : 2).write(bucket.p(), 6);
      } else if (algorithm instanceof FixedWindowAlgorithm window) {
        out.write(32 + (window.fromFirstUse() ? 4 : 0), 1).write(window.period(), 6);
      } else if (algorithm instanceof SlidingWindowAlgorithm counter) {
        out.write(64 + (counter.fromFirstUse() ? 4 : 0) + unit(counter.unit()), 1);
        out.write(counter.period(), 6);
      } else {
        out.write(48, 1).write(algorithm.period(), 6);
      }
    }
    for (Algorithm algorithm : policy.counters()) {
      out.write(algorithm.capacity(), 5);
      if (algorithm instanceof BucketAlgorithm bucket) {
        out.write(bucket.longestWait(), 7);
      }
    }
    return out.toBytes();
  }

  private static int unit(long unit) {
    return unit == 1 ? 0 : unit == 1_000 ? 1 : 2;
  }

  // --- the present version ---------------------------------------------------------------------

  private static Decision decide(String key, Request request) {
    ScriptCall call = ScriptCall.of(List.of(new ScriptCall.Item(bytes(key), List.of(request))), 0);
    Object reply = redis.evalsha(present, ScriptOutputType.MULTI, call.keys(), call.args());
    return call.decisions(reply).get(0).get(0);
  }

  private static Decision acquire(String key, String policy) {
    return decide(key, new Request.Acquire(key, Policy.parse("p", policy), 1));
  }

  @ParameterizedTest
  @CsvSource({
    "10/h, 10/h, 6",
    "1000003/366day burst 10, 1000003/366day burst 10, 6",
    "leaky-bucket 10/day, leaky-bucket 10/day, 6",
    "fixed-window 10/day from first use, fixed-window 10/day from first use, 6",
    "sliding-log 10/h, sliding-log 10/h, 6",
    "sliding-window 10/day from first use, sliding-window 10/day from first use, 6",
    "10/h; sliding-log 20/day, 10/h; sliding-log 20/day, 6",
    "sliding-log 20/day; 10/h, 10/h, 6",
    "10/h, 20/h burst 20, 16",
    "10/h, fixed-window 10/day from first use, 6",
    "sliding-log 20/day, sliding-log 20/day; sliding-log 5/day, 1"
  })
  void stateOfTheVersionBeforeIsTakenOver(String written, String asked, long left) {
    String key = "old " + written + " " + asked;
    for (int i = 0; i < 3; i++) {
      List<?> reply = acquireBefore(key, Policy.parse("p", written));
      assertThat(reply.get(1)).as("a list: not plain").isInstanceOf(List.class);
    }
    assertThat(redis.get(bytes(key))[0]).as("the format before").isLessThan((byte) 32);
    Decision decision = acquire(key, asked);
    assertThat(decision.allowed()).isTrue();
    assertThat(decision.remaining()).isEqualTo(left);
    assertThat(redis.get(bytes(key))[0]).as("the present format").isGreaterThanOrEqualTo((byte) 32);
    assertThat(acquire(key, asked).remaining()).isEqualTo(Math.max(left - 1, 0));
  }

  @Test
  void lookAtAStateOfTheVersionBeforeChangesNothing() {
    Policy policy = Policy.parse("p", "10/h");
    acquireBefore("look", policy);
    byte[] stored = redis.get(bytes("look"));
    assertThat(decide("look", new Request.Peek("look", policy, 1)).remaining()).isEqualTo(9);
    assertThat(redis.get(bytes("look"))).isEqualTo(stored);
  }

  @ParameterizedTest
  @CsvSource({"10/h", "fixed-window 10/day", "sliding-log 10/h", "10/h; fixed-window 100/day"})
  void versionBeforeFailsOnAPresentStateAndDamagesNothing(String policy) {
    String key = "new " + policy;
    acquire(key, policy);
    byte[] stored = redis.get(bytes(key));
    Object reply = acquireBefore(key, Policy.parse("p", policy)).get(1);
    assertThat(reply).as("the beginning of what it cannot read").isInstanceOf(byte[].class);
    assertThat(redis.get(bytes(key))).isEqualTo(stored);
    assertThat(acquire(key, policy).remaining()).isEqualTo(8);
  }

  @Test
  void stateOfALaterVersionIsAMistakeThatSaysSo() {
    byte[] later = {64, 16, 0, 1, 1};
    redis.set(bytes("later"), later);
    assertThatThrownBy(() -> acquire("later", "10/h"))
        .isInstanceOf(StoreMisconfiguredException.class)
        .hasMessageContaining("later version of this library");
    assertThat(redis.get(bytes("later"))).isEqualTo(later);
  }
}
