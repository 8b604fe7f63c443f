package io.github.ratelimiter.bench.server;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import redis.embedded.RedisExecProvider;

/** The server that all share: one of our own on 127.0.0.1, or one that runs already. */
public final class Server implements AutoCloseable {
  /** What every key of the benchmark has in its name. */
  public static final String MARK = "rlbench";

  /** How long everybody waits for an answer: on a busy machine nothing should fail. */
  public static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final long STARTING_NANOS = TimeUnit.SECONDS.toNanos(20);
  private static final long POLL_MILLIS = 20;
  private static final int SCANNED = 1_000;

  private final String uri;
  private final @Nullable Process process;
  private final @Nullable Path dir;
  private final @Nullable Thread stop;
  private final RedisClient client;
  private final RedisCommands<String, String> commands;

  private Server(String uri, @Nullable Process process, @Nullable Path dir) {
    this.uri = uri;
    this.process = process;
    this.dir = dir;
    this.stop = process == null ? null : new Thread(process::destroyForcibly);
    if (stop != null) {
      Runtime.getRuntime().addShutdownHook(stop);
    }
    this.client = client(uri);
    // Whoever asks a server that is gone hears so at once.
    client.setOptions(ClientOptions.builder().autoReconnect(false).build());
    try {
      this.commands = process == null ? client.connect().sync() : connect(client, process);
    } catch (RuntimeException e) {
      client.shutdown();
      destroy();
      throw e;
    }
  }

  /**
   * A client of a server, with our patience.
   *
   * @param uri where it is
   * @return a client, to be shut down
   */
  public static RedisClient client(String uri) {
    RedisURI patient = RedisURI.create(uri);
    patient.setTimeout(PATIENCE);
    return RedisClient.create(patient);
  }

  /**
   * A server that runs already; its other keys stay.
   *
   * @param uri where it is
   * @return the server
   */
  public static Server at(String uri) {
    return new Server(uri, null, null);
  }

  /**
   * A server of our own, on a free port, without a disk.
   *
   * @return the server
   */
  public static Server start() {
    try {
      int port;
      try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        port = free.getLocalPort();
      }
      Path binary = RedisExecProvider.defaultProvider().get().toPath();
      if (!Files.isExecutable(binary) && !binary.toFile().setExecutable(true)) {
        throw new IOException("cannot execute " + binary);
      }
      Path dir = Files.createTempDirectory("ratelimiter-bench");
      Process process =
          new ProcessBuilder(
                  binary.toString(),
                  "--port",
                  Integer.toString(port),
                  "--bind",
                  "127.0.0.1",
                  "--save",
                  "",
                  "--appendonly",
                  "no",
                  "--dir",
                  dir.toString())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return new Server("redis://127.0.0.1:" + port, process, dir);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static RedisCommands<String, String> connect(RedisClient client, Process process) {
    long start = System.nanoTime();
    while (true) {
      try {
        return client.connect().sync();
      } catch (RedisException e) {
        if (!process.isAlive() || System.nanoTime() - start > STARTING_NANOS) {
          throw e;
        }
        pause();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /**
   * Where it is.
   *
   * @return its URI
   */
  public String uri() {
    return uri;
  }

  /**
   * Its version.
   *
   * @return as it tells it
   */
  public String version() {
    return ServerStats.field(commands.info("server"), "redis_version");
  }

  /** Forgets the keys of the benchmark. */
  public void clean() {
    if (process != null) {
      commands.flushall();
      return;
    }
    ScanArgs ours = ScanArgs.Builder.matches("*" + MARK + "*").limit(SCANNED);
    KeyScanCursor<String> cursor = commands.scan(ours);
    while (true) {
      if (!cursor.getKeys().isEmpty()) {
        commands.unlink(cursor.getKeys().toArray(new String[0]));
      }
      if (cursor.isFinished()) {
        return;
      }
      cursor = commands.scan(ScanCursor.of(cursor.getCursor()), ours);
    }
  }

  /**
   * What it has done.
   *
   * @return its counters
   */
  public ServerStats stats() {
    return ServerStats.parse(
        commands.info("commandstats"), commands.info("cpu"), commands.info("stats"));
  }

  /**
   * Bytes in use, but for the buffers of connections.
   *
   * @return bytes
   */
  public long memory() {
    String memory = commands.info("memory");
    return Long.parseLong(ServerStats.field(memory, "used_memory"))
        - Long.parseLong(ServerStats.field(memory, "mem_clients_normal"));
  }

  @Override
  public void close() {
    if (process == null) {
      clean();
    }
    client.shutdown();
    destroy();
  }

  private void destroy() {
    if (process == null) {
      return;
    }
    process.destroyForcibly();
    try {
      process.waitFor();
      if (dir != null) {
        Files.deleteIfExists(dir);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (stop != null) {
      try {
        Runtime.getRuntime().removeShutdownHook(stop);
      } catch (IllegalStateException e) {
        // The process is ending, and has done this.
      }
    }
  }
}
