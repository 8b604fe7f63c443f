package io.github.ratelimiter.server.users;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Connections to Redis, which are made when they are needed. Thread-safe. */
final class RedisAccess implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(1);
  private static final Duration TOPOLOGY_REFRESH = Duration.ofMinutes(1);
  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final AbstractRedisClient client;
  private final String channel;
  private final ReentrantLock connecting = new ReentrantLock();
  private volatile Consumer<String> changed = id -> {};
  private long nextAttemptNanos = System.nanoTime();
  private volatile @Nullable RedisClusterCommands<String, String> commands;

  RedisAccess(String uri, boolean cluster, String channel) {
    this.channel = channel;
    if (cluster) {
      // The connection to a node is made when it is needed, so a command may have to wait for it.
      RedisClusterClient nodes =
          RedisClusterClient.create(
              Stream.of(uri.split(" *, *", -1)).map(RedisAccess::address).toList());
      nodes.setOptions(
          ClusterClientOptions.builder()
              .topologyRefreshOptions(
                  ClusterTopologyRefreshOptions.builder()
                      .enablePeriodicRefresh(TOPOLOGY_REFRESH)
                      .build())
              .build());
      this.client = nodes;
    } else {
      RedisClient server = RedisClient.create(address(uri));
      server.setOptions(
          ClientOptions.builder()
              .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
              .build());
      this.client = server;
    }
  }

  private static RedisURI address(String uri) {
    RedisURI address = RedisURI.create(uri);
    address.setTimeout(TIMEOUT);
    return address;
  }

  /** Must be called before the first command. */
  void subscribe(Consumer<String> changed) {
    this.changed = changed;
  }

  /**
   * Returns commands. Their connection is repaired by itself.
   *
   * @throws RedisException if the first connection cannot be made
   */
  RedisClusterCommands<String, String> commands() {
    RedisClusterCommands<String, String> connected = commands;
    if (connected != null) {
      return connected;
    }
    connecting.lock();
    try {
      connected = commands;
      if (connected == null) {
        if (System.nanoTime() - nextAttemptNanos < 0) {
          throw new RedisException("the last attempt to connect was just now");
        }
        nextAttemptNanos = System.nanoTime() + PAUSE_NANOS;
        connected = connect();
        commands = connected;
      }
      return connected;
    } finally {
      connecting.unlock();
    }
  }

  private RedisClusterCommands<String, String> connect() {
    StatefulRedisPubSubConnection<String, String> changes =
        client instanceof RedisClusterClient cluster
            ? cluster.connectPubSub()
            : ((RedisClient) client).connectPubSub();
    try {
      changes.addListener(
          new RedisPubSubAdapter<String, String>() {
            @Override
            public void message(String name, String id) {
              changed.accept(id);
            }
          });
      changes.sync().subscribe(channel);
      return client instanceof RedisClusterClient cluster
          ? cluster.connect().sync()
          : ((RedisClient) client).connect().sync();
    } catch (RedisException e) { // Otherwise each attempt would leave a connection.
      changes.close();
      throw e;
    }
  }

  @Override
  public void close() {
    client.shutdown(Duration.ZERO, TIMEOUT);
  }
}
