package io.github.ratelimiter.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import redis.embedded.RedisExecProvider;

/** A server process on a free port of this machine, without data. It ends with this JVM. */
final class LocalRedis implements AutoCloseable {
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(20);

  private final int port;
  private final Path dir;
  private final Process process;
  private final Thread hook;

  private LocalRedis(int port) throws IOException {
    this.port = port;
    this.dir = Files.createTempDirectory("ratelimiter-simulation");
    Path binary = RedisExecProvider.defaultProvider().get().toPath();
    if (!Files.isExecutable(binary) && !binary.toFile().setExecutable(true)) {
      throw new IOException(binary + " cannot be executed");
    }
    List<String> command =
        List.of(
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
            dir.toString());
    this.process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(dir.resolve("log").toFile())
            .start();
    this.hook = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  static LocalRedis start() {
    try {
      LocalRedis server = new LocalRedis(freePort());
      server.awaitListening();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void awaitListening() throws IOException {
    long start = System.nanoTime();
    while (!isListening()) {
      if (!process.isAlive() || System.nanoTime() - start > PATIENCE) {
        throw new IOException("the server does not listen: " + Files.readString(log()));
      }
      Thread.onSpinWait();
    }
  }

  private boolean isListening() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private Path log() {
    return dir.resolve("log");
  }

  String uri() {
    return "redis://127.0.0.1:" + port;
  }

  @Override
  public void close() {
    process.destroyForcibly();
    Runtime.getRuntime().removeShutdownHook(hook);
    try {
      process.waitFor();
      Files.deleteIfExists(log());
      Files.deleteIfExists(dir);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
