package io.github.ratelimiter.redis.transport;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The configuration of the clients that this store creates. */
public final class ClientSetup {
  private static final Duration RECONNECT_LEAST = Duration.ofMillis(10);
  private static final Duration RECONNECT_MOST = Duration.ofMillis(500);
  private static final Duration REFRESH_AT_MOST_EVERY = Duration.ofMillis(200);
  private static final Duration REFRESH_ANYWAY_EVERY = Duration.ofSeconds(10);

  private ClientSetup() {}

  public static Connections single(RedisURI uri) {
    ClientResources resources = resources();
    RedisClient client = RedisClient.create(resources);
    client.setOptions(options(ClientOptions.builder()).build());
    return new Connections.Single(client, uri, resources);
  }

  public static Connections cluster(List<RedisURI> uris) {
    ClientResources resources = resources();
    RedisClusterClient client = RedisClusterClient.create(resources, uris);
    client.setOptions(clusterOptions());
    String seeds =
        uris.stream().map(ClientSetup::describe).collect(Collectors.joining(", ", " at ", ""));
    return new Connections.Cluster(client, seeds, resources);
  }

  private static ClientResources resources() {
    Delay delay = Delay.fullJitter(RECONNECT_LEAST, RECONNECT_MOST, 10, TimeUnit.MILLISECONDS);
    return ClientResources.builder().reconnectDelay(delay).build();
  }

  /**
   * Sets a shorter timeout. The default for connecting and its handshake is a minute, which is too
   * long.
   */
  public static RedisURI impatient(RedisURI uri) {
    uri.setTimeout(Options.CONNECT);
    uri.getSentinels().forEach(sentinel -> sentinel.setTimeout(Options.CONNECT));
    return uri;
  }

  /** Reconnects and repeats nothing. The store keeps the deadlines. */
  private static <B extends ClientOptions.Builder> B options(B builder) {
    builder
        .autoReconnect(true)
        .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
        .replayFilter(command -> true)
        .timeoutOptions(TimeoutOptions.create())
        .socketOptions(
            SocketOptions.builder()
                .connectTimeout(Options.CONNECT)
                .keepAlive(true)
                .tcpNoDelay(true)
                .build());
    return builder;
  }

  private static ClusterClientOptions clusterOptions() {
    return options(ClusterClientOptions.builder())
        .topologyRefreshOptions(
            ClusterTopologyRefreshOptions.builder()
                .adaptiveRefreshTriggersTimeout(REFRESH_AT_MOST_EVERY)
                .refreshTriggersReconnectAttempts(1)
                .enablePeriodicRefresh(REFRESH_ANYWAY_EVERY)
                .build())
        .build();
  }

  /** Returns a URI without secrets. */
  public static String describe(RedisURI uri) {
    if (uri.getSocket() != null) {
      return uri.getSocket();
    }
    if (uri.getSentinelMasterId() != null) {
      return uri.getSentinels().stream()
          .map(ClientSetup::describe)
          .collect(Collectors.joining(", ", uri.getSentinelMasterId() + " of Sentinels ", ""));
    }
    // A server without TLS does not answer a client with TLS. This text is then the only hint.
    return uri.getHost() + ":" + uri.getPort() + (uri.isSsl() ? " over TLS" : "");
  }
}
