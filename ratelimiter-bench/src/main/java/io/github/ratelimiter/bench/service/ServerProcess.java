package io.github.ratelimiter.bench.service;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server in a process of its own, on the class path of this program. */
final class ServerProcess implements AutoCloseable {
  private static final long STOP_TIMEOUT_SECONDS = 20;

  private final Process process;
  private final int port;

  private ServerProcess(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Starts a server that prints its address.
   *
   * @param address the text with its port
   * @throws IllegalStateException if it ends before
   */
  static ServerProcess start(Pattern address, Class<?> main, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx512m", "-cp", System.getProperty("java.class.path")));
    command.add(main.getName());
    command.addAll(arguments);
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      return new ServerProcess(process, port(address, main, process));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The output is small, so nobody reads the rest of it. */
  private static int port(Pattern address, Class<?> main, Process process) throws IOException {
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String line;
    while ((line = out.readLine()) != null) {
      Matcher found = address.matcher(line);
      if (found.find()) {
        return Integer.parseInt(found.group(1));
      }
    }
    process.destroyForcibly();
    throw new IllegalStateException(main.getSimpleName() + " ended before it was ready");
  }

  int port() {
    return port;
  }

  /** Returns the processor time that the server has used. */
  Duration cpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
