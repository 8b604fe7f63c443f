package io.github.ratelimiter.servers;

import static io.github.ratelimiter.servers.Eventually.eventually;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A server process on 127.0.0.1, stopped at the latest with this JVM. Its port stays the same over
 * restarts; it keeps no data over them unless told to.
 */
public final class RedisProcess implements AutoCloseable {
  private static final Set<RedisProcess> OPEN = ConcurrentHashMap.newKeySet();
  private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> OPEN.forEach(RedisProcess::close)));
  }

  private final Path binary;
  private final int port;
  private final Path dir;
  private final List<String> options;
  private final @Nullable String password;
  private volatile @Nullable Process process;

  private RedisProcess(Path binary, int port, List<String> options) {
    this.binary = binary;
    this.port = port;
    this.options = List.copyOf(options);
    int at = options.indexOf("--requirepass");
    this.password = at < 0 ? null : options.get(at + 1);
    try {
      this.dir = Files.createTempDirectory("ratelimiter-redis");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    OPEN.add(this);
  }

  /** A server on a free port, started and answering. */
  public static RedisProcess start(String... options) {
    return startOn(freePort(), options);
  }

  /** Another server than the one that comes with the build, started and answering. */
  public static RedisProcess startOther(Path binary, String... options) {
    return started(new RedisProcess(binary, freePort(), List.of(options)));
  }

  /** A server on a port, started and answering. */
  public static RedisProcess startOn(int port, String... options) {
    return started(new RedisProcess(ServerBinary.PATH, port, List.of(options)));
  }

  private static RedisProcess started(RedisProcess server) {
    try {
      server.startAgain();
      return server;
    } catch (RuntimeException | Error e) {
      server.close();
      throw e;
    }
  }

  /** A Sentinel that watches a master named {@code main}; two must agree. */
  public static RedisProcess sentinel(int masterPort, Duration downAfter) {
    RedisProcess sentinel = new RedisProcess(ServerBinary.PATH, freePort(), List.of("--sentinel"));
    List<String> lines =
        List.of(
            "port " + sentinel.port,
            "bind 127.0.0.1",
            "sentinel monitor main 127.0.0.1 " + masterPort + " 2",
            "sentinel down-after-milliseconds main " + downAfter.toMillis(),
            "sentinel failover-timeout main 1000");
    try {
      Files.write(sentinel.dir.resolve("sentinel.conf"), lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return started(sentinel);
  }

  /** A port that was free, with room for a cluster's bus 10,000 above. */
  public static int freePort() {
    while (true) {
      try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        int port = socket.getLocalPort();
        if (port < 55_000 && GIVEN.add(port)) {
          return port;
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Starts it again after {@link #kill()}; returns when it answers. */
  public void startAgain() {
    startWithoutWaiting();
    eventually(this + " answers").until(() -> "PONG".equals(call("PING")));
  }

  /** Starts it; it may be loading for a while. */
  public void startWithoutWaiting() {
    ProcessBuilder builder =
        new ProcessBuilder(command())
            .directory(dir.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(dir.resolve("log").toFile()));
    process = ServerBinary.startWhenWritten(builder::start);
  }

  private List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(binary.toString());
    if (options.contains("--sentinel")) {
      command.add(dir.resolve("sentinel.conf").toString());
      command.add("--sentinel");
      return command;
    }
    command.addAll(
        List.of("--port", "" + port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"));
    command.addAll(List.of("--dir", dir.toString()));
    if (binary.equals(ServerBinary.PATH)) {
      command.addAll(List.of("--enable-debug-command", "yes"));
    }
    command.addAll(options);
    return command;
  }

  public int port() {
    return port;
  }

  /** The directory of its data. */
  public Path dir() {
    return dir;
  }

  public String uri() {
    return "redis://" + (password == null ? "" : ":" + password + "@") + "127.0.0.1:" + port;
  }

  /** Sends a command on a connection of its own; an error reply is an exception. */
  public @Nullable Object call(Object... command) throws IOException {
    return Resp.call(port, password, command);
  }

  /** {@link #call} where no failure is expected. */
  public @Nullable Object run(Object... command) {
    try {
      return call(command);
    } catch (IOException e) {
      throw new UncheckedIOException(this + " " + List.of(command), e);
    }
  }

  /** {@link #run} of a command that is answered with a text. */
  public String text(Object... command) {
    return Objects.requireNonNull((String) run(command));
  }

  /** A section of {@code INFO} as a map. */
  public Map<String, String> info(String section) {
    return text("INFO", section)
        .lines()
        .filter(line -> line.contains(":"))
        .collect(
            Collectors.toMap(
                line -> line.substring(0, line.indexOf(':')),
                line -> line.substring(line.indexOf(':') + 1),
                (a, b) -> b));
  }

  /** Whether it answers that it is a master. */
  public boolean isMaster() {
    return "master".equals(info("replication").get("role"));
  }

  /** Whether it is a replica that has all of its master's data. */
  public boolean isFollowing() {
    return "up".equals(info("replication").get("master_link_status"));
  }

  /** The bytes that it uses, without the buffers of its clients. */
  public long usedMemory() {
    Map<String, String> memory = info("memory");
    return Long.parseLong(memory.get("used_memory"))
        - Long.parseLong(memory.get("mem_clients_normal"));
  }

  /** How often a command was called, scripts' own calls included. */
  public long calls(String command) {
    String stat = info("commandstats").get("cmdstat_" + command);
    return stat == null ? 0 : Long.parseLong(stat.replaceAll("calls=(\\d+),.*", "$1"));
  }

  /** Kills it at once, as a crash does. */
  public void kill() {
    Process running = process;
    if (running == null) {
      return;
    }
    running.destroyForcibly();
    try {
      running.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Stops it from running, connections open: SIGSTOP. */
  public void pause() {
    signal("-STOP");
  }

  /** Lets it go on: SIGCONT. */
  public void resume() {
    signal("-CONT");
  }

  private void signal(String signal) {
    long pid = Objects.requireNonNull(process, "not started").pid();
    try {
      new ProcessBuilder("kill", signal, "" + pid).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    OPEN.remove(this);
    kill();
    try (var files = Files.walk(dir)) {
      files.sorted((a, b) -> b.compareTo(a)).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return "server on " + port;
  }
}
