package io.github.ratelimiter.bench.redis;

import io.github.ratelimiter.bench.limiter.Quota;
import io.github.ratelimiter.bench.limiter.SharedLimiter;
import io.github.ratelimiter.bench.server.ScriptFile;
import io.github.ratelimiter.bench.server.Server;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;

/** A limiter that sends one command for each decision with Lettuce. */
final class LettuceLimiter implements SharedLimiter.ReturningBoolean {
  private static final String[] NO_KEYS = {};

  private final RedisClient client;
  private final RedisAsyncCommands<String, String> commands;
  private final BiFunction<RedisAsyncCommands<String, String>, String, CompletionStage<Boolean>>
      decide;

  private LettuceLimiter(
      RedisClient client,
      RedisAsyncCommands<String, String> commands,
      BiFunction<RedisAsyncCommands<String, String>, String, CompletionStage<Boolean>> decide) {
    this.client = client;
    this.commands = commands;
    this.decide = decide;
  }

  static LettuceLimiter ping(String uri) {
    RedisClient client = Server.client(uri);
    return new LettuceLimiter(
        client,
        client.connect().async(),
        (commands, key) -> commands.ping().thenApply(reply -> true));
  }

  static LettuceLimiter evalsha(String uri) {
    RedisClient client = Server.client(uri);
    RedisAsyncCommands<String, String> async = client.connect().async();
    String sha1 = loadScript(async, "return 1");
    return new LettuceLimiter(
        client,
        async,
        (commands, key) ->
            commands
                .<Long>evalsha(sha1, ScriptOutputType.INTEGER, NO_KEYS)
                .thenApply(reply -> reply == 1));
  }

  static LettuceLimiter gateway(String uri, Quota quota) {
    RedisClient client = Server.client(uri);
    RedisAsyncCommands<String, String> async = client.connect().async();
    String sha1 = loadScript(async, ScriptFile.text(LettuceLimiter.class, "whole-seconds.lua"));
    String rate = Double.toString((double) quota.limit() / quota.period().toSeconds());
    String capacity = Long.toString(quota.burst());
    return new LettuceLimiter(
        client,
        async,
        (commands, key) ->
            commands
                .<List<Long>>evalsha(
                    sha1,
                    ScriptOutputType.MULTI,
                    new String[] {"{" + key + "}.tokens", "{" + key + "}.timestamp"},
                    rate,
                    capacity,
                    "1")
                .thenApply(reply -> reply.get(0) == 1));
  }

  private static String loadScript(RedisAsyncCommands<String, String> commands, String script) {
    return commands.scriptLoad(script).toCompletableFuture().join();
  }

  @Override
  public Boolean tryAcquire(String key) {
    return tryAcquireAsync(key).toCompletableFuture().join();
  }

  @Override
  public CompletionStage<Boolean> tryAcquireAsync(String key) {
    return decide.apply(commands, key);
  }

  @Override
  public void close() {
    client.shutdown();
  }
}
