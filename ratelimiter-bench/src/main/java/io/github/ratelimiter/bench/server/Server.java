package io.github.ratelimiter.bench.server;

import io.github.ratelimiter.servers.RedisProcess;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanIterator;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The Redis server of a benchmark: started on 127.0.0.1, or already running. */
public final class Server implements AutoCloseable {
  /** Part of every key that the benchmarks use. */
  public static final String KEY_MARK = "rlbench";

  /** The timeout of every contender. It is long, so that no call fails on a busy machine. */
  public static final Duration TIMEOUT = Duration.ofSeconds(10);

  private static final int SCAN_COUNT = 1_000;

  private final String uri;
  private final @Nullable RedisProcess process;
  private final RedisClient client;
  private final StatefulRedisConnection<String, String> connection;

  private Server(String uri, @Nullable RedisProcess process) {
    this.uri = uri;
    this.process = process;
    this.client = client(uri);
    // A command fails immediately if the server is gone.
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
   * Returns a client with the timeout of all contenders. The caller shuts it down.
   *
   * @param uri the URI of the server
   * @return a new client
   */
  public static RedisClient client(String uri) {
    RedisURI redisUri = RedisURI.create(uri);
    redisUri.setTimeout(TIMEOUT);
    return RedisClient.create(redisUri);
  }

  /** Returns keys with 23 characters. The word has four of them. */
  public static List<String> keys(String word, int count) {
    List<String> keys = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      keys.add(KEY_MARK + ":" + word + ":" + (1_000_000_000L + i * 7_919L));
    }
    return keys;
  }

  /** Connects to a running server. Only the keys of the benchmarks are removed from it. */
  public static Server at(String uri) {
    return new Server(uri, null);
  }

  /** Starts a server on a free port. It writes nothing to disk and ends with this process. */
  public static Server start() {
    RedisProcess process = RedisProcess.start();
    return new Server(process.uri(), process);
  }

  /** Returns the URI of the server. */
  public String uri() {
    return uri;
  }

  /** Describes the versions and the machine, for a report. */
  public String about() {
    return about(commands().info("server"));
  }

  static String about(String info) {
    return String.format(
        Locale.ROOT,
        "Redis %s, Java %s, %s %s, %d processors",
        ServerStats.field(info, "redis_version"),
        System.getProperty("java.version"),
        System.getProperty("os.name"),
        System.getProperty("os.arch"),
        Runtime.getRuntime().availableProcessors());
  }

  private RedisCommands<String, String> commands() {
    return connection.sync();
  }

  /** Removes the keys of the benchmarks; all keys if this process started the server. */
  public void clean() {
    if (process != null) {
      commands().flushall();
      return;
    }
    ScanArgs benchmarkKeys = ScanArgs.Builder.matches("*" + KEY_MARK + "*").limit(SCAN_COUNT);
    ScanIterator.scan(commands(), benchmarkKeys).forEachRemaining(connection.async()::unlink);
    // Replies are in order, so all keys are removed when this one arrives.
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
    if (process == null) {
      clean();
    }
    client.shutdown();
    stop();
  }

  private void stop() {
    if (process != null) {
      process.close();
    }
  }
}
