package io.github.ratelimiter.bench.server;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanIterator;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import redis.embedded.RedisServer;
import redis.embedded.ports.EphemeralPortProvider;

/** The server of a benchmark: one that it starts on 127.0.0.1, or one that runs already. */
public final class Server implements AutoCloseable {
  /** Part of the name of every key of the benchmark. */
  public static final String MARK = "rlbench";

  /** How long every contender waits for an answer: nothing fails on a busy machine. */
  public static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final int SCANNED = 1_000;

  private final String uri;
  private final @Nullable RedisServer started;
  private final RedisClient client;
  private final StatefulRedisConnection<String, String> connection;

  private Server(String uri, @Nullable RedisServer started) {
    this.uri = uri;
    this.started = started;
    this.client = client(uri);
    // A command to a server that is gone fails at once.
    client.setOptions(ClientOptions.builder().autoReconnect(false).build());
    try {
      this.connection = client.connect();
    } catch (RuntimeException e) {
      client.shutdown();
      stop();
      throw e;
    }
  }

  /**
   * Returns a client of a server that waits as long as all contenders.
   *
   * @param uri where the server is
   * @return a client, to be shut down
   */
  public static RedisClient client(String uri) {
    RedisURI patient = RedisURI.create(uri);
    patient.setTimeout(PATIENCE);
    return RedisClient.create(patient);
  }

  /** Returns a server that runs already. Only the keys of the benchmark are removed from it. */
  public static Server at(String uri) {
    return new Server(uri, null);
  }

  /** Starts a server on a free port. It keeps nothing on disk and ends with this process. */
  public static Server start() {
    int port = new EphemeralPortProvider().next();
    RedisServer server =
        RedisServer.builder().port(port).setting("save \"\"").setting("appendonly no").build();
    server.start();
    return new Server("redis://127.0.0.1:" + port, server);
  }

  /** Returns where the server is. */
  public String uri() {
    return uri;
  }

  /** Returns the versions and the machine, for a report. */
  public String about() {
    return String.format(
        Locale.ROOT,
        "Redis %s, Java %s, %s %s, %d processors",
        ServerStats.field(commands().info("server"), "redis_version"),
        System.getProperty("java.version"),
        System.getProperty("os.name"),
        System.getProperty("os.arch"),
        Runtime.getRuntime().availableProcessors());
  }

  private RedisCommands<String, String> commands() {
    return connection.sync();
  }

  /** Removes the keys of the benchmark. */
  public void clean() {
    if (started != null) {
      commands().flushall();
      return;
    }
    ScanArgs ours = ScanArgs.Builder.matches("*" + MARK + "*").limit(SCANNED);
    ScanIterator.scan(commands(), ours).forEachRemaining(connection.async()::unlink);
    // The connection answers in order: after this one all keys are removed.
    commands().ping();
  }

  /** Returns the counters of the server. */
  public ServerStats stats() {
    return ServerStats.parse(
        commands().info("commandstats"), commands().info("cpu"), commands().info("stats"));
  }

  /** Returns the bytes in use, without the buffers of connections. */
  public long memory() {
    String memory = commands().info("memory");
    return Long.parseLong(ServerStats.field(memory, "used_memory"))
        - Long.parseLong(ServerStats.field(memory, "mem_clients_normal"));
  }

  @Override
  public void close() {
    if (started == null) {
      clean();
    }
    client.shutdown();
    stop();
  }

  private void stop() {
    if (started != null) {
      started.stop();
    }
  }
}
