package io.github.ratelimiter.bench.algorithms;

import io.github.ratelimiter.bench.server.ScriptFile;
import io.github.ratelimiter.bench.server.Server;
import io.github.ratelimiter.redis.script.ScriptCall;
import io.github.ratelimiter.redis.script.Scripts;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/**
 * Calls the decision script of the store, with an instant instead of the server's clock. So a key
 * is used exactly as planned, however busy the machine is.
 */
final class ScriptClient implements AutoCloseable {
  private static final String SCRIPT =
      Scripts.withClock(ScriptFile.text(ScriptClient.class, "given-clock.lua"));

  private final RedisClient client;
  private final RedisCommands<byte[], byte[]> commands;
  private final String sha1;

  ScriptClient(String uri) {
    client = Server.client(uri);
    try {
      commands = client.connect(ByteArrayCodec.INSTANCE).sync();
      sha1 = commands.scriptLoad(SCRIPT.getBytes(StandardCharsets.UTF_8));
    } catch (RuntimeException e) {
      client.shutdown();
      throw e;
    }
  }

  /**
   * Makes a call.
   *
   * @param call the requests
   * @param nowMicros the instant of the decisions
   * @throws IllegalStateException if a request was refused
   */
  void call(ScriptCall call, long nowMicros) {
    byte[][] args = Arrays.copyOf(call.args(), call.args().length + 1);
    args[args.length - 1] = Long.toString(nowMicros).getBytes(StandardCharsets.US_ASCII);
    Object reply = commands.evalsha(sha1, ScriptOutputType.MULTI, call.keys(), args);
    boolean allowed =
        call.decisions(reply).stream()
            .allMatch(item -> item.stream().allMatch(decision -> decision.allowed()));
    if (!allowed) {
      throw new IllegalStateException("a request was refused; all must be allowed");
    }
  }

  /** Returns the bytes of the values of a call, by {@code MEMORY USAGE} of its keys. */
  long memoryUsage(ScriptCall call) {
    // A key that was never written has no bytes: a log of one record needs no second key.
    return Arrays.stream(call.keys())
        .map(key -> Objects.requireNonNullElse(commands.memoryUsage(key), 0L))
        .mapToLong(Long::longValue)
        .sum();
  }

  @Override
  public void close() {
    client.shutdown();
  }
}
