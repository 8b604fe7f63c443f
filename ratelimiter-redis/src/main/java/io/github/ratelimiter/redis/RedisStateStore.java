package io.github.ratelimiter.redis;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Status;
import io.github.ratelimiter.StoreException;
import io.github.ratelimiter.StoreMisconfiguredException;
import io.github.ratelimiter.StoreTimeoutException;
import io.github.ratelimiter.StoreUnavailableException;
import io.github.ratelimiter.redis.script.Scripts;
import io.github.ratelimiter.redis.transport.ClientSetup;
import io.github.ratelimiter.redis.transport.Connections;
import io.github.ratelimiter.redis.transport.Connector;
import io.github.ratelimiter.redis.transport.Errors;
import io.github.ratelimiter.redis.transport.Keyspace;
import io.github.ratelimiter.redis.transport.Options;
import io.github.ratelimiter.redis.transport.ServerCheck;
import io.github.ratelimiter.redis.transport.Timer;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.Fleet;
import io.github.ratelimiter.store.FleetStore;
import io.github.ratelimiter.store.HoldAndRelease;
import io.github.ratelimiter.store.JointRequest;
import io.github.ratelimiter.store.MemoryStore;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StoreEvents;
import io.github.ratelimiter.store.StoreListener;
import io.github.ratelimiter.store.StoreMemory;
import io.github.ratelimiter.store.StoreMeter;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the usage of keys in Redis, for all processes that use the same servers and prefix.
 * Thread-safe. Only {@link RedisStateStoreBuilder#build()} waits for a server.
 *
 * <p>A script on the server decides, at an instant of the server's clock, in one round trip and one
 * atomic step. The decision is the one that the in-process store would make. Requests that arrive
 * while others are in progress are sent together in the next call.
 *
 * <p>A stage completes exceptionally before its deadline: with {@link StoreUnavailableException} if
 * the servers cannot decide, with {@link StoreTimeoutException} if they do not answer in time, and
 * with {@link StoreMisconfiguredException} if the configuration must be changed. A request that may
 * have been carried out is never sent again; see {@link StoreException#mayHaveRun()}.
 */
public final class RedisStateStore implements FleetStore, MemoryStore {
  private final Options options;
  private final Connector connector;
  private final SkewMeter skew;
  private final Keyspace keys;
  private final Path path;
  private final Deadlines deadlines;
  private final @Nullable Shards shards;
  private final Heartbeat heartbeat;
  private final MemoryWatch memory;
  private final StoreEvents events;
  private final List<StoreMeter> meters;
  private volatile boolean closed;

  RedisStateStore(Connections connections, Options options) {
    this.options = options;
    this.keys = new Keyspace(options.prefix(), connections.cluster() ? options.hashTags() : 0);
    Timer timer = new Timer(options.alarms());
    this.skew = new SkewMeter(options.time());
    ServerCheck check = new ServerCheck(connections, keys, options);
    this.connector = new Connector(connections, check, timer, options);
    this.heartbeat = new Heartbeat(connector, timer, keys.fleetKey(), options.beat());
    this.memory = new MemoryWatch(connector, timer, options.beat());
    this.events = new StoreEvents(options.time().executor());
    this.meters = RedisMeters.of(connector, skew, heartbeat);
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
   * Returns a builder of a store on one server, or on the master that Sentinels name, with its own
   * connection.
   *
   * @param uri for example {@code redis://localhost}, {@code rediss://user:password@host:6380} or
   *     {@code redis-sentinel://host1,host2,host3/0#main}
   * @return a builder
   * @throws StoreMisconfiguredException if it is not a Redis URI
   */
  public static RedisStateStoreBuilder builder(String uri) {
    return builder(RedisStateStoreBuilder.parse(uri));
  }

  /**
   * Returns a builder of a store on one server, or on the master that Sentinels name, with its own
   * connection.
   *
   * @param uri the address of the server; its timeout bounds connecting, not decisions
   * @return a builder
   */
  public static RedisStateStoreBuilder builder(RedisURI uri) {
    Objects.requireNonNull(uri, "uri");
    return new RedisStateStoreBuilder(() -> ClientSetup.single(uri));
  }

  /**
   * Returns a builder of a store on a cluster, with its own connections.
   *
   * @param uris some of the nodes, at least one
   * @return a builder
   * @throws StoreMisconfiguredException if one is not a Redis URI
   */
  public static RedisStateStoreBuilder clusterBuilder(String... uris) {
    List<RedisURI> nodes = List.of(uris).stream().map(RedisStateStoreBuilder::parse).toList();
    if (nodes.isEmpty()) {
      throw new StoreMisconfiguredException(
          "no URI; give at least one node of the cluster", false, null);
    }
    return new RedisStateStoreBuilder(() -> ClientSetup.cluster(nodes));
  }

  /**
   * Returns a builder of a store with its own connection, which the application's client opens with
   * the client's options. The store does not close the client.
   *
   * @param client a client that was created with a URI
   * @return a builder
   */
  public static RedisStateStoreBuilder builder(RedisClient client) {
    Objects.requireNonNull(client, "client");
    return new RedisStateStoreBuilder(() -> new Connections.Single(client, null, null));
  }

  /**
   * Returns a builder of a store with its own connection, which the application's client opens with
   * the client's options. The store does not close the client.
   *
   * @param client a client
   * @param uri the address of the server
   * @return a builder
   */
  public static RedisStateStoreBuilder builder(RedisClient client, RedisURI uri) {
    Objects.requireNonNull(client, "client");
    Objects.requireNonNull(uri, "uri");
    return new RedisStateStoreBuilder(() -> new Connections.Single(client, uri, null));
  }

  /**
   * Returns a builder of a store on a cluster with its own connection, which the application's
   * client opens with the client's options. The store does not close the client.
   *
   * @param client a client
   * @return a builder
   */
  public static RedisStateStoreBuilder builder(RedisClusterClient client) {
    Objects.requireNonNull(client, "client");
    return new RedisStateStoreBuilder(() -> new Connections.Cluster(client, "", null));
  }

  /**
   * Returns a builder of a store on a connection that the application owns and closes. Its codec
   * does not matter. Its client should be configured to reject commands while it is disconnected.
   * Commands of this store are never repeated in any case, but a client that queues commands while
   * it is disconnected delays them for no purpose.
   *
   * @param connection a connection
   * @return a builder
   */
  public static RedisStateStoreBuilder builder(StatefulRedisConnection<?, ?> connection) {
    Objects.requireNonNull(connection, "connection");
    return new RedisStateStoreBuilder(() -> new Connections.Given(connection));
  }

  /**
   * Returns a builder of a store on a connection to a cluster that the application owns and closes.
   * Its codec does not matter.
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
      return CompletableFuture.failedFuture(closed());
    }
    Shards split = shardsOf(request);
    return split != null ? split.decide(request, deadline) : send(request, deadline);
  }

  private IllegalStateException closed() {
    return new IllegalStateException("the store is closed: " + this);
  }

  @Override
  public Status status() {
    return closed ? new Status.Closed() : connector.status();
  }

  @Override
  public List<StoreMeter> meters() {
    return meters;
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

  /**
   * {@inheritDoc}
   *
   * <p>On one server, one run of the script decides all parts. In a cluster, one run decides the
   * parts of each hash slot. A part under a policy that is split is always decided on its own. If
   * more than one run is needed, see {@link HoldAndRelease}.
   */
  @Override
  public CompletionStage<List<Decision>> decideAll(JointRequest request, Deadline deadline) {
    if (closed) {
      return CompletableFuture.failedFuture(closed());
    }
    return HoldAndRelease.decide(this, request, groups(request), this::decideGroup, deadline);
  }

  @Override
  public boolean isAtomic(JointRequest request) {
    return groups(request).size() == 1 && shardsOf(request.request(0)) == null;
  }

  /** Returns the shards if the policy of a request is split; null otherwise. */
  private @Nullable Shards shardsOf(Request request) {
    return shards != null && shards.has(request.policy()) ? shards : null;
  }

  /** Returns the positions of the parts under each hash tag, and of each part that is split. */
  private List<List<Integer>> groups(JointRequest joint) {
    Map<Integer, List<Integer>> groups = new LinkedHashMap<>();
    for (int part = 0; part < joint.parts().size(); part++) {
      Request request = joint.request(part);
      int group = shardsOf(request) != null ? -1 - part : keys.tagOf(request);
      groups.computeIfAbsent(group, tag -> new ArrayList<>()).add(part);
    }
    return List.copyOf(groups.values());
  }

  private CompletionStage<List<Decision>> decideGroup(JointRequest group, Deadline deadline) {
    Shards split = shardsOf(group.request(0));
    if (split != null) {
      return split.decide(group.request(0), deadline).thenApply(List::of);
    }
    PendingJoint pending = new PendingJoint(group, deadline);
    path.submit(pending);
    return begun(pending);
  }

  private CompletionStage<Decision> send(Request request, Deadline deadline) {
    PendingRequest pending = new PendingRequest(request, deadline);
    path.submit(pending);
    return begun(pending);
  }

  private <T> CompletionStage<T> begun(Pending<T> pending) {
    if (!pending.isDone()) {
      deadlines.watch();
    }
    if (closed) {
      // It arrived while the store was being closed, so it is completed here.
      path.sweep(Now.atTheEnd());
    }
    return pending;
  }

  /**
   * Returns how far the server's clock is ahead of this process's clock: the most precise
   * measurement of the recent replies.
   *
   * @return empty until there was a reply
   */
  public Optional<ClockSkew> clockSkew() {
    return skew.skew();
  }

  /**
   * {@inheritDoc}
   *
   * <p>From the first call on, this instance sends a heartbeat every second, in one small script
   * call on one key. An instance without a heartbeat for five seconds is dropped. Closing the store
   * drops it immediately. Its name is random.
   */
  @Override
  public Optional<Fleet> fleet() {
    return heartbeat.fleet();
  }

  /**
   * {@inheritDoc}
   *
   * <p>From the first call on, {@code INFO memory} is sent every second. The memory of a cluster is
   * not known, and not that of a server that refuses {@code INFO}.
   */
  @Override
  public Optional<StoreMemory> memory() {
    return memory.memory();
  }

  /** Closes the connection unless it belongs to the application. Requests in progress may fail. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      memory.close();
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
