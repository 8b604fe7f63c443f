package io.github.ratelimiter.bench.redis;

import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import redis.embedded.RedisExecProvider;

/** The server that all share: one of our own on 127.0.0.1, or one that runs already. */
final class Server implements AutoCloseable {
  /** What every key of the benchmark has in its name. */
  static final String MARK = "rlbench";

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
    this.client = LettuceLimiter.client(uri);
    try {
      this.commands = process == null ? client.connect().sync() : connect(client, process);
    } catch (RuntimeException e) {
      client.shutdown();
      destroy();
      throw e;
    }
  }

  /** A server that runs already; its other keys stay. */
  static Server at(String uri) {
    return new Server(uri, null, null);
  }

  /** A server of our own, on a free port, without a disk. */
  static Server start() {
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

  String uri() {
    return uri;
  }

  String version() {
    return ServerStats.field(commands.info("server"), "redis_version");
  }

  /** Forgets the keys of the benchmark. */
  void clean() {
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

  ServerStats stats() {
    return ServerStats.parse(commands.info("commandstats"), commands.info("cpu"));
  }

  /** Bytes in use, but for the buffers of connections. */
  long memory() {
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
      Runtime.getRuntime().removeShutdownHook(stop);
    }
  }
}
