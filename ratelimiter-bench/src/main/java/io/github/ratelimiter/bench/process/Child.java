package io.github.ratelimiter.bench.process;

import io.github.ratelimiter.bench.Main;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Another process of this program. It reads tasks from the lines of standard input, writes each
 * result as a line, and ends when its input ends.
 */
public final class Child implements AutoCloseable {
  private static final long STOP_TIMEOUT_SECONDS = 5;

  /** Queued after the last line. No line is empty. */
  private static final String END = "";

  private final Process process;
  private final PrintStream in;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

  private Child(Process process) {
    this.process = process;
    this.in = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    Thread reader = new Thread(this::readLines, "child-" + process.pid());
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Starts a process.
   *
   * @param jvmOptions the options of its JVM
   * @param arguments the command line, as for {@link Main}
   */
  public static Child start(List<String> jvmOptions, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmOptions);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(arguments);
    try {
      return new Child(
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void readLines() {
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      out.lines().forEach(lines::add);
    } catch (IOException | UncheckedIOException e) {
      // The process was killed. The reader of the lines notices that they end.
    }
    lines.add(END);
  }

  /** Sends a line. */
  public void send(String line) {
    in.println(line);
  }

  /**
   * Returns the next line of the process.
   *
   * @param timeout how long to wait for it
   * @throws IllegalStateException if the process ended or wrote no line in time
   */
  public String reply(Duration timeout) {
    try {
      String line = lines.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
      if (line == null) {
        throw new IllegalStateException(
            "a process did not reply within " + timeout.toSeconds() + " s");
      }
      if (line.equals(END)) {
        lines.add(END);
        throw new IllegalStateException("a process ended early");
      }
      return line;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Returns the handle of the process. */
  public ProcessHandle handle() {
    return process.toHandle();
  }

  /** Ends the input of the process. */
  public void endInput() {
    in.close();
  }

  /** Ends the process at once. */
  public void kill() {
    process.destroyForcibly();
  }

  /** Ends the input of the process, and waits a few seconds before it is killed. */
  @Override
  public void close() {
    endInput();
    try {
      if (!process.waitFor(STOP_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        kill();
      }
    } catch (InterruptedException e) {
      kill();
      Thread.currentThread().interrupt();
    }
  }
}
