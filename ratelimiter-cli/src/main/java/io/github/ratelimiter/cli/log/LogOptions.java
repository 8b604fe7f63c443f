package io.github.ratelimiter.cli.log;

import io.github.ratelimiter.cli.CommandException;
import io.github.ratelimiter.cli.Io;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options of a command that reads logs and lists keys. */
public final class LogOptions {
  /** Standard input, as a file. */
  public static final Path STANDARD_INPUT = Path.of("-");

  private static final int MOST_KEYS = 100_000_000;

  @Option(
      names = {"-n", "--top"},
      paramLabel = "N",
      description = "Number of keys to list. Default: ${DEFAULT-VALUE}.")
  private int top = 10;

  @Option(
      names = "--max-keys",
      paramLabel = "N",
      description =
          "Maximum number of keys to count, which bounds the memory. If there are more, the output"
              + " says that its key counts are lower bounds. Default: ${DEFAULT-VALUE}.")
  private int maximumKeys = 1_000_000;

  @Option(names = "--sample", description = "Read the built-in sample log.")
  private boolean sample;

  /**
   * Checks the numbers, and that there is something to read.
   *
   * @param hasFile whether the command names a file
   * @throws CommandException if an option is invalid
   */
  public void check(boolean hasFile, Io io) {
    CommandException.checkRange("--top", top, 0, MOST_KEYS);
    CommandException.checkRange("--max-keys", maximumKeys, 1, MOST_KEYS);
    if (sample && hasFile) {
      throw new CommandException("--sample cannot be combined with a file");
    }
    if (!sample && !hasFile && io.inIsTerminal()) {
      throw new CommandException(
          "no log: name a file, pipe one to standard input, or try --sample");
    }
  }

  /**
   * Opens a log: the sample if it was asked for, standard input for {@code -}, or a file.
   *
   * @throws CommandException if the log cannot be read
   */
  public LogInput open(Path file, Io io) {
    if (sample) {
      return LogInput.sample();
    }
    return file.equals(STANDARD_INPUT) ? LogInput.standard(io.in()) : LogInput.file(file);
  }

  /** Returns the number of keys to list. */
  public int top() {
    return top;
  }

  /** Returns the maximum number of keys to count. */
  public int maximumKeys() {
    return maximumKeys;
  }

  /** Returns whether the log is the sample. */
  public boolean isSample() {
    return sample;
  }

  /** Returns the error for more keys than fit into the memory. */
  public static CommandException outOfMemory() {
    return new CommandException("out of memory: increase -Xmx or lower --max-keys");
  }
}
