package io.github.ratelimiter.simulation;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.redis.ScriptBridge;
import io.github.ratelimiter.servers.RedisProcess;
import io.github.ratelimiter.store.Request;
import io.lettuce.core.RedisClient;
import io.lettuce.core.codec.ByteArrayCodec;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Decides with the real scripts on a real server. */
final class ScriptEngine implements Engine {
  private final RedisProcess server = RedisProcess.start();
  private final RedisClient client = RedisClient.create(server.uri());
  private final ScriptBridge bridge;

  ScriptEngine() {
    var connection = client.connect(ByteArrayCodec.INSTANCE);
    connection.setTimeout(Duration.ofMinutes(1));
    bridge = new ScriptBridge(connection);
  }

  @Override
  public List<Decision> decide(List<Request> requests, long now, long skew) {
    return requests.isEmpty() ? List.of() : bridge.decide(requests, now, now + skew);
  }

  @Override
  public void evict(String policy, String key) {
    bridge.evict(policy, key);
  }

  @Override
  public void flush() {
    bridge.flush();
  }

  @Override
  public void expire(long now) {
    bridge.expire(now);
  }

  @Override
  public void close() {
    client.shutdown(0, 0, TimeUnit.SECONDS);
    server.close();
  }
}
