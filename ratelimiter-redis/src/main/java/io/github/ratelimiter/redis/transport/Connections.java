package io.github.ratelimiter.redis.transport;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.resource.ClientResources;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Opens connections, and closes those that belong to the store. */
public sealed interface Connections {
  /** Opens a connection. May block for as long as connecting takes. */
  StatefulConnection<?, ?> open();

  /** Returns whether {@link #open()} opens a new connection each time. */
  boolean renewable();

  /** Returns whether keys are spread over several servers. */
  boolean cluster();

  /**
   * Returns whether the application has begun a transaction, which would include commands that are
   * sent now.
   */
  default boolean inTransaction() {
    return false;
  }

  /** Counts the connections to all nodes of a cluster, from now on: only the client knows them. */
  default void countNodes(ConnectionCount count) {}

  /** Ends {@link #countNodes}. The application may use the client further. */
  default void stopCounting(ConnectionCount count) {}

  /**
   * Closes a connection if it belongs to the store. The shutdown of its client may have closed it
   * before.
   *
   * @return completes when it is closed; a client that is shut down earlier closes it once more
   */
  default CompletableFuture<Void> release(StatefulConnection<?, ?> connection) {
    boolean closed = connection instanceof RedisChannelHandler<?, ?> handler && handler.isClosed();
    return renewable() && !closed
        ? connection.closeAsync()
        : CompletableFuture.completedFuture(null);
  }

  /** Closes everything that belongs to the store, including the last connection if there is one. */
  default void close(@Nullable StatefulConnection<?, ?> last) {
    if (last != null) {
      release(last);
    }
  }

  /** Shuts down a client that this store created, with its connections and threads. */
  private static void shutdown(AbstractRedisClient client, ClientResources resources) {
    client
        .shutdownAsync(0, 2, TimeUnit.SECONDS)
        .whenComplete((done, failure) -> resources.shutdown(0, 2, TimeUnit.SECONDS));
  }

  /**
   * Connections of a client for one master.
   *
   * @param uri null if the client has it
   * @param own the resources of a client that this store created, null if it is the application's
   */
  record Single(RedisClient client, @Nullable RedisURI uri, @Nullable ClientResources own)
      implements Connections {
    @Override
    public StatefulConnection<?, ?> open() {
      return uri == null
          ? client.connect(ByteArrayCodec.INSTANCE)
          : client.connect(ByteArrayCodec.INSTANCE, uri);
    }

    @Override
    public boolean renewable() {
      return true;
    }

    @Override
    public boolean cluster() {
      return false;
    }

    @Override
    public void close(@Nullable StatefulConnection<?, ?> last) {
      if (own != null) {
        shutdown(client, own);
      } else if (last != null) {
        release(last);
      }
    }

    @Override
    public String toString() {
      return uri == null ? "Redis" : "Redis at " + ClientSetup.describe(uri);
    }
  }

  /**
   * Connections of a client for a cluster.
   *
   * @param seeds the configured nodes, as text
   * @param own the resources of a client that this store created, null if it is the application's
   */
  record Cluster(RedisClusterClient client, String seeds, @Nullable ClientResources own)
      implements Connections {
    @Override
    public StatefulConnection<?, ?> open() {
      StatefulRedisClusterConnection<?, ?> connection = client.connect(ByteArrayCodec.INSTANCE);
      connectToMasters(connection);
      return connection;
    }

    @Override
    public void countNodes(ConnectionCount count) {
      client.addListener(count);
    }

    @Override
    public void stopCounting(ConnectionCount count) {
      client.removeListener(count);
    }

    @Override
    public boolean renewable() {
      return true;
    }

    @Override
    public boolean cluster() {
      return true;
    }

    @Override
    public void close(@Nullable StatefulConnection<?, ?> last) {
      if (own != null) {
        shutdown(client, own);
      } else if (last != null) {
        release(last);
      }
    }

    @Override
    public String toString() {
      return "Redis Cluster" + seeds;
    }
  }

  /** A connection of the application. */
  record Given(StatefulConnection<?, ?> connection) implements Connections {
    @Override
    public StatefulConnection<?, ?> open() {
      if (connection instanceof StatefulRedisClusterConnection<?, ?> cluster) {
        connectToMasters(cluster);
      }
      return connection;
    }

    @Override
    public boolean inTransaction() {
      return connection instanceof StatefulRedisConnection<?, ?> single && single.isMulti();
    }

    @Override
    public boolean renewable() {
      return false;
    }

    @Override
    public boolean cluster() {
      return !(connection instanceof StatefulRedisConnection);
    }

    @Override
    public String toString() {
      return cluster() ? "Redis Cluster, a given connection" : "Redis, a given connection";
    }
  }

  /** Without this the first calls to a node would be rejected. A node that is down is skipped. */
  private static void connectToMasters(StatefulRedisClusterConnection<?, ?> connection) {
    CompletableFuture<?>[] all =
        connection.getPartitions().stream()
            .filter(node -> node.is(RedisClusterNode.NodeFlag.UPSTREAM))
            .map(RedisClusterNode::getUri)
            .map(uri -> connection.getConnectionAsync(uri.getHost(), uri.getPort()))
            .map(future -> future.handle((made, failure) -> made))
            .toArray(CompletableFuture<?>[]::new);
    Waiting.upTo(Options.CONNECT, CompletableFuture.allOf(all));
  }
}
