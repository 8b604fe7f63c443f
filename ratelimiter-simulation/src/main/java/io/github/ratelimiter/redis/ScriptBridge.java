package io.github.ratelimiter.redis;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.redis.script.ScriptCall;
import io.github.ratelimiter.redis.script.Scripts;
import io.github.ratelimiter.store.Request;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs the decision script on a server at given instants. Not thread-safe. */
public final class ScriptBridge {
  private final StatefulRedisConnection<byte[], byte[]> connection;
  private final String sha1;
  private final String expire;

  /**
   * Loads the script.
   *
   * @param connection to a server that has no other clients
   */
  public ScriptBridge(StatefulRedisConnection<byte[], byte[]> connection) {
    this.connection = connection;
    this.sha1 = connection.sync().scriptLoad(Scripts.withClock(text("argument-clock.lua")));
    this.expire = text("expire.lua");
  }

  private static String text(String file) {
    try (InputStream in = ScriptBridge.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException(file + " is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Decides requests in one call, as the store does with a batch.
   *
   * @param requests in order
   * @param now the instant, in microseconds since the epoch
   * @param clientMicros the same on the clock of the instance that sent them
   * @return a decision for each
   */
  public List<Decision> decide(List<Request> requests, long now, long clientMicros) {
    Map<String, List<Integer>> places = new LinkedHashMap<>();
    for (int i = 0; i < requests.size(); i++) {
      places.computeIfAbsent(name(requests.get(i)), name -> new ArrayList<>()).add(i);
    }
    List<ScriptCall.Item> items = new ArrayList<>();
    places.forEach(
        (name, of) ->
            items.add(new ScriptCall.Item(key(name), of.stream().map(requests::get).toList())));
    ScriptCall call = ScriptCall.of(items, clientMicros);
    byte[][] args = Arrays.copyOf(call.args(), call.args().length + 1);
    args[args.length - 1] = key(Long.toString(now));
    List<Object> reply = connection.sync().evalsha(sha1, ScriptOutputType.MULTI, call.keys(), args);
    Decision[] decisions = new Decision[requests.size()];
    int item = 0;
    for (List<Integer> of : places.values()) {
      List<Decision> ofKey = call.decisions(reply, item++);
      for (int i = 0; i < of.size(); i++) {
        decisions[of.get(i)] = ofKey.get(i);
      }
    }
    return List.of(decisions);
  }

  /**
   * Removes a key, like an eviction.
   *
   * @param policy the name of its policy
   * @param key the key
   */
  public void evict(String policy, String key) {
    connection.sync().del(key(policy + ":" + key));
  }

  /** Removes all keys. */
  public void flush() {
    connection.sync().flushall();
  }

  /**
   * Removes expired keys.
   *
   * @param now the instant, in microseconds since the epoch
   */
  public void expire(long now) {
    connection
        .sync()
        .eval(
            expire.getBytes(StandardCharsets.UTF_8),
            ScriptOutputType.STATUS,
            new byte[0][],
            key(Long.toString(now / 1_000)));
  }

  private static String name(Request request) {
    return request.policy().name() + ":" + request.key();
  }

  private static byte[] key(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
