package io.github.ratelimiter.redis;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.redis.script.JointCall;
import io.github.ratelimiter.redis.script.ScriptCall;
import io.github.ratelimiter.redis.script.Scripts;
import io.github.ratelimiter.servers.RedisProcess;
import io.github.ratelimiter.store.JointRequest;
import io.github.ratelimiter.store.Request;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What the script costs a server: its own microseconds a decision, by {@code INFO commandstats},
 * alone and in calls of 64 keys and of 64 requests of one key. Run it as a program, with policies
 * or none; not a test.
 */
final class ScriptCost {
  private static final int KEYS = 10_000;
  private static final List<String> POLICIES =
      List.of(
          "100/min burst 1000",
          "1000000/s",
          "99991/day burst 1000000",
          "leaky-bucket 10000/s",
          "fixed-window 1000000/s",
          "sliding-window 1000000/s",
          "sliding-log 100/s",
          "10000/s; 100000/min",
          "1000000/s; fixed-window 1000000/min; sliding-window 10000000/h");

  private ScriptCost() {}

  public static void main(String[] args) {
    try (RedisProcess server = RedisProcess.start()) {
      RedisClient client = RedisClient.create(RedisURI.create(server.uri()));
      RedisCommands<byte[], byte[]> redis = client.connect(ByteArrayCodec.INSTANCE).sync();
      redis.scriptLoad(Scripts.DECIDE.getBytes(StandardCharsets.UTF_8));
      String one = redis.scriptLoad("return 1".getBytes(StandardCharsets.UTF_8));
      server.run("CONFIG", "RESETSTAT");
      for (int i = 0; i < 20_000; i++) {
        redis.evalsha(one, ScriptOutputType.INTEGER, new byte[0][]);
      }
      System.out.printf("%-55s %6.2f us%n", "EVALSHA return 1", micros(server));
      for (String text : args.length > 0 ? List.of(args) : POLICIES) {
        Policy policy = Policy.parse("test", text);
        run(server, redis, policy, 1, 1, 20_000);
        double alone = run(server, redis, policy, 1, 1, 40_000);
        double keys = run(server, redis, policy, 64, 1, 2_000);
        double hot = run(server, redis, policy, 1, 64, 2_000);
        System.out.printf(
            "%-55s alone %6.2f us, 64 keys %6.2f us, 64 of one key %6.2f us%n",
            text, alone, keys, hot);
        for (int parts : new int[] {2, 3, 8}) {
          compareJoint(server, redis, policy, parts);
        }
      }
      client.shutdown(0, 0, TimeUnit.SECONDS);
    }
  }

  /** Prints the time of a joint request beside that of a call of as many keys, in pairs. */
  private static void compareJoint(
      RedisProcess server, RedisCommands<byte[], byte[]> redis, Policy policy, int parts) {
    List<Double> ratios = new ArrayList<>();
    double joint = 0;
    double apart = 0;
    for (int pair = 0; pair < 21; pair++) {
      apart = run(server, redis, policy, parts, 1, 2_000) * parts;
      joint = runJoint(server, redis, policy, parts, 2_000);
      ratios.add(joint / apart);
    }
    ratios.sort(null);
    System.out.printf(
        "  %d keys %6.2f us, in a joint request %6.2f us; median of 21 pairs %.2f (%.2f to %.2f)%n",
        parts, apart, joint, ratios.get(10), ratios.get(2), ratios.get(18));
  }

  private static double runJoint(
      RedisProcess server,
      RedisCommands<byte[], byte[]> redis,
      Policy policy,
      int parts,
      int calls) {
    server.run("FLUSHALL");
    server.run("CONFIG", "RESETSTAT");
    int next = 0;
    for (int i = 0; i < calls; i++) {
      List<JointRequest.Part> list = new ArrayList<>();
      List<byte[]> keys = new ArrayList<>();
      for (int part = 0; part < parts; part++) {
        String key = "rl:{0}:user:" + (100_000 + next++ % KEYS);
        list.add(new JointRequest.Part(new Request.Acquire(key, policy, 1), false));
        keys.add(key.getBytes(StandardCharsets.UTF_8));
      }
      JointCall call = JointCall.of(List.of(new JointCall.Joint(new JointRequest(list), keys)), 0);
      Object reply =
          redis.evalsha(Scripts.DECIDE_SHA1, ScriptOutputType.MULTI, call.keys(), call.args());
      call.decisions(reply);
    }
    return micros(server);
  }

  private static double run(
      RedisProcess server,
      RedisCommands<byte[], byte[]> redis,
      Policy policy,
      int items,
      int requests,
      int calls) {
    server.run("FLUSHALL");
    server.run("CONFIG", "RESETSTAT");
    int next = 0;
    for (int i = 0; i < calls; i++) {
      List<ScriptCall.Item> list = new ArrayList<>();
      for (int item = 0; item < items; item++) {
        String key = "rl:{0}:user:" + (100_000 + next++ % KEYS);
        List<Request> all = new ArrayList<>();
        for (int n = 0; n < requests; n++) {
          all.add(new Request.Acquire(key, policy, 1));
        }
        list.add(new ScriptCall.Item(key.getBytes(StandardCharsets.UTF_8), all));
      }
      ScriptCall call = ScriptCall.of(list, 0);
      Object reply =
          redis.evalsha(Scripts.DECIDE_SHA1, ScriptOutputType.MULTI, call.keys(), call.args());
      call.decisions(reply);
    }
    return micros(server) / items / requests;
  }

  private static double micros(RedisProcess server) {
    String stat = server.info("commandstats").get("cmdstat_evalsha");
    return Double.parseDouble(stat.replaceAll(".*usec_per_call=([0-9.]+).*", "$1"));
  }
}
