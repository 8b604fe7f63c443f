package io.github.ratelimiter.redis;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Status;
import io.github.ratelimiter.StoreException;
import io.github.ratelimiter.StoreMisconfiguredException;
import io.github.ratelimiter.StoreTimeoutException;
import io.github.ratelimiter.StoreUnavailableException;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.Fleet;
import io.github.ratelimiter.store.FleetStore;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StoreEvents;
import io.github.ratelimiter.store.StoreListener;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what keys have used in Redis, for every process that uses the same servers and prefix.
 * Thread-safe; nothing in it waits for a server but {@link RedisStateStoreBuilder#build()}.
 *
 * <p>A script on the server decides, at an instant of the server's clock: one round trip, one
 * atomic step, and the decision that the in-process store would have given. Requests that are made
 * while others are on their way are sent together in the next call.
 *
 * <p>A stage completes exceptionally, by its deadline, with a {@link StoreUnavailableException} if
 * the servers cannot decide, with a {@link StoreTimeoutException} if they do not answer in time,
 * and with a {@link StoreMisconfiguredException} if somebody has to change something. A request
 * that may have been carried out is never sent again; {@link StoreException#mayHaveRun()} tells.
 */
public final class RedisStateStore implements FleetStore {
  private final Options options;
  private final Connector connector;
  private final SkewMeter skew;
  private final Path path;
  private final Deadlines deadlines;
  private final @Nullable Shards shards;
  private final Heartbeat heartbeat;
  private final StoreEvents events;
  private volatile boolean closed;

  RedisStateStore(Connections connections, Options options) {
    this.options = options;
    Keyspace keys = new Keyspace(options.prefix(), connections.cluster() ? options.hashTags() : 0);
    Timer timer = new Timer(options.alarms());
    this.skew = new SkewMeter(options.time());
    ServerCheck check = new ServerCheck(connections, keys, options);
    this.connector = new Connector(connections, check, timer, options);
    this.heartbeat = new Heartbeat(connector, timer, keys.fleetKey(), options.beat());
    this.events = new StoreEvents(options.time().executor());
    Wire wire =
        new Wire(
            connector,
            keys,
            skew,
            new Errors(),
            timer,
            options,
            Scripts.sha1(options.script()),
            events);
    this.path = options.grouped() ? new GroupedPath(wire) : new PlainPath(wire);
    this.deadlines = new Deadlines(path, options.timeout(), timer);
    this.shards =
        options.shards() == 1 ? null : new Shards(options.shards(), options.hot(), this::send);
    try {
      connector.start();
    } catch (StoreException e) {
      close();
      throw e;
    }
  }

  /**
   * A store on one server, or on the master that Sentinels name, with a connection of its own.
   *
   * @param uri for example {@code redis://localhost}, {@code rediss://user:password@host:6380} or
   *     {@code redis-sentinel://host1,host2,host3/0#main}
   * @return a builder
   * @throws StoreMisconfiguredException if it is no such URI
   */
  public static RedisStateStoreBuilder builder(String uri) {
    return builder(RedisStateStoreBuilder.parse(uri));
  }

  /**
   * A store on one server, or on the master that Sentinels name, with a connection of its own.
   *
   * @param uri where it is; its timeout bounds connecting, not decisions
   * @return a builder
   */
  public static RedisStateStoreBuilder builder(RedisURI uri) {
    Objects.requireNonNull(uri, "uri");
    return new RedisStateStoreBuilder(() -> ClientSetup.single(uri));
  }

  /**
   * A store on a cluster, with connections of its own.
   *
   * @param uris some of the nodes, at least one
   * @return a builder
   * @throws StoreMisconfiguredException if one is no URI
   */
  public static RedisStateStoreBuilder clusterBuilder(String... uris) {
    List<RedisURI> nodes = List.of(uris).stream().map(RedisStateStoreBuilder::parse).toList();
    if (nodes.isEmpty()) {
      throw new StoreMisconfiguredException("no URI; name a node of the cluster", false, null);
    }
    return new RedisStateStoreBuilder(() -> ClientSetup.cluster(nodes));
  }

  /**
   * A store with a connection of its own, made by the application's client with the client's
   * options. The client stays the application's.
   *
   * @param client a client that was created with a URI
   * @return a builder
   */
  public static RedisStateStoreBuilder builder(RedisClient client) {
    Objects.requireNonNull(client, "client");
    return new RedisStateStoreBuilder(() -> new Connections.Single(client, null, null));
  }

  /**
   * A store with a connection of its own, made by the application's client with the client's
   * options. The client stays the application's.
   *
   * @param client a client
   * @param uri where the server is
   * @return a builder
   */
  public static RedisStateStoreBuilder builder(RedisClient client, RedisURI uri) {
    Objects.requireNonNull(client, "client");
    Objects.requireNonNull(uri, "uri");
    return new RedisStateStoreBuilder(() -> new Connections.Single(client, uri, null));
  }

  /**
   * A store on a cluster with a connection of its own, made by the application's client with the
   * client's options. The client stays the application's.
   *
   * @param client a client
   * @return a builder
   */
  public static RedisStateStoreBuilder builder(RedisClusterClient client) {
    Objects.requireNonNull(client, "client");
    return new RedisStateStoreBuilder(() -> new Connections.Cluster(client, "", null));
  }

  /**
   * A store on a connection that the application owns and closes; its codec does not matter. Its
   * client should be set to reject commands while it is disconnected: commands of this store are
   * never repeated in any case, but those that a client keeps for later wait for nothing.
   *
   * @param connection a connection
   * @return a builder
   */
  public static RedisStateStoreBuilder builder(StatefulRedisConnection<?, ?> connection) {
    Objects.requireNonNull(connection, "connection");
    return new RedisStateStoreBuilder(() -> new Connections.Given(connection));
  }

  /**
   * A store on a connection to a cluster that the application owns and closes; its codec does not
   * matter.
   *
   * @param connection a connection
   * @return a builder
   */
  public static RedisStateStoreBuilder builder(StatefulRedisClusterConnection<?, ?> connection) {
    Objects.requireNonNull(connection, "connection");
    return new RedisStateStoreBuilder(() -> new Connections.Given(connection));
  }

  @Override
  public CompletionStage<Decision> decide(Request request, Deadline deadline) {
    if (closed) {
      return CompletableFuture.failedFuture(
          new IllegalStateException("the store is closed: " + this));
    }
    Shards split = shards;
    return split != null && split.has(request.policy())
        ? split.decide(request, deadline)
        : send(request, deadline);
  }

  @Override
  public Status status() {
    return closed ? new Status.Closed() : connector.status();
  }

  @Override
  public void addListener(StoreListener listener) {
    events.add(listener);
  }

  @Override
  public void removeListener(StoreListener listener) {
    events.remove(listener);
  }

  @Override
  public Duration timeout() {
    return options.timeout();
  }

  private CompletionStage<Decision> send(Request request, Deadline deadline) {
    Pending pending = new Pending(request, deadline);
    path.submit(pending);
    if (!pending.isDone()) {
      deadlines.watch();
    }
    if (closed) {
      path.sweep(Now.atTheEnd()); // It came in while the store was closed: nobody answers it.
    }
    return pending;
  }

  /**
   * How far the server's clock is ahead of this process's, as the tightest of the last replies
   * tells.
   *
   * @return empty until there was a reply
   */
  public Optional<ClockSkew> clockSkew() {
    return skew.skew();
  }

  /**
   * {@inheritDoc}
   *
   * <p>From the first call on, this instance says every second that it is alive, in one small
   * script call on one key. One that has not been heard of for five seconds is dropped; closing the
   * store drops it at once. Its name is random.
   */
  @Override
  public Optional<Fleet> fleet() {
    return heartbeat.fleet();
  }

  /** Closes the connection unless it is the application's. Requests on their way may fail. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      heartbeat.leave().thenRun(connector::close);
      path.sweep(Now.atTheEnd());
    }
  }

  @Override
  public String toString() {
    return "RedisStateStore("
        + connector
        + ", prefix "
        + options.prefix()
        + ", "
        + path
        + (shards == null ? ")" : ", hot policies in " + shards + ")");
  }
}
