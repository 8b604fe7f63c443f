package io.github.ratelimiter.bench.server;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import redis.embedded.RedisExecProvider;

/** A server process of a cluster, on a port of 127.0.0.1 that stays the same over restarts. */
public final class ClusterNode implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final long SIGNAL_TIMEOUT_SECONDS = 10;

  private final RedisClient client;
  private final int port;
  private final Path directory;
  private final List<String> settings;
  private @Nullable Process process;
  private @Nullable StatefulRedisConnection<String, String> connection;
  private boolean paused;
  private ServerStats ended = ServerStats.NONE;
  private ServerStats latest = ServerStats.NONE;
  private long memory;

  /**
   * Creates a node that is not started yet.
   *
   * @param client connects to the node
   * @param directory for its cluster configuration and its log
   * @param settings the settings of the server, as arguments
   */
  ClusterNode(RedisClient client, int port, Path directory, List<String> settings) {
    this.client = client;
    this.port = port;
    this.directory = directory;
    this.settings = settings;
  }

  /** Starts the node, without data, and waits until it answers. */
  public synchronized void start() {
    try {
      Path binary = RedisExecProvider.defaultProvider().get().toPath();
      ProcessBuilder builder = new ProcessBuilder(binary.toString(), "--port", "" + port);
      builder.command().addAll(settings);
      process =
          builder
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("log").toFile()))
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Await.until("the server on port " + port + " answers", this::connect);
  }

  private boolean connect() {
    try {
      connection =
          client.connect(RedisURI.builder(RedisURI.create(uri())).withTimeout(TIMEOUT).build());
      return commands().ping().equals("PONG");
    } catch (RedisException e) {
      return false;
    }
  }

  /** Returns the URI of the node. */
  public String uri() {
    return "redis://127.0.0.1:" + port;
  }

  int port() {
    return port;
  }

  RedisCommands<String, String> commands() {
    if (connection == null) {
      throw new RedisException("the server on port " + port + " is not running");
    }
    return connection.sync();
  }

  /** Returns whether the node answers and is a master. */
  public synchronized boolean isMaster() {
    return !paused && process != null && roleIs("master");
  }

  private boolean roleIs(String role) {
    try {
      return ServerStats.field(commands().info("replication"), "role").equals(role);
    } catch (RedisException e) {
      return false;
    }
  }

  /** Kills the process. Its data is lost. */
  public synchronized void kill() {
    refresh();
    if (connection != null) {
      connection.close();
      connection = null;
    }
    destroy();
    ended = ended.plus(latest);
    latest = ServerStats.NONE;
    memory = 0;
  }

  private void destroy() {
    if (process != null) {
      awaitEnd(process.destroyForcibly());
      process = null;
    }
    paused = false;
  }

  private static void awaitEnd(Process process) {
    try {
      var unused = process.waitFor(SIGNAL_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Stops the process from running. Its connections stay open. */
  public synchronized void pause() {
    refresh();
    paused = true;
    signal("-STOP");
  }

  /** Lets the process continue after {@link #pause()}. */
  public synchronized void resume() {
    signal("-CONT");
    paused = false;
  }

  private void signal(String signal) {
    if (process == null) {
      return;
    }
    try {
      Process kill = new ProcessBuilder("kill", signal, "" + process.pid()).start();
      if (!kill.waitFor(SIGNAL_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        kill.destroyForcibly();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Sets the maximum memory in bytes; 0 for no maximum. The node evicts nothing. */
  public synchronized void maximumMemory(long bytes) {
    var unused = commands().configSet("maxmemory", "" + bytes);
  }

  /** Reads the counters, unless the node is paused or does not run. */
  private void refresh() {
    if (process == null || paused) {
      return;
    }
    try {
      latest =
          ServerStats.parse(
              commands().info("commandstats"), commands().info("cpu"), commands().info("stats"));
      memory = Long.parseLong(ServerStats.field(commands().info("memory"), "used_memory"));
    } catch (RedisException e) {
      // The node is busy. The latest counters are kept.
    }
  }

  /** Returns the counters since the first start. Those of a node that is down are the latest. */
  public synchronized ServerStats stats() {
    refresh();
    return ended.plus(latest);
  }

  /** Returns the bytes in use, as of the last call of {@link #stats()}. */
  public synchronized long memory() {
    return memory;
  }

  /** Kills the process without reading its counters. The client closes the connection. */
  @Override
  public synchronized void close() {
    destroy();
  }
}
