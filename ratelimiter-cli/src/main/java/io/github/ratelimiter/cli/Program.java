package io.github.ratelimiter.cli;

import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * The top-level command of a runnable jar, or a group of commands. Prints its help if no subcommand
 * is given.
 */
public abstract class Program implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  /** Creates a program. */
  protected Program() {}

  /**
   * Executes a command line with the streams of this process, then exits with its status.
   *
   * @param commandLine creates the command line for the given streams
   * @param args the arguments
   */
  protected static void execute(Function<Io, CommandLine> commandLine, String... args) {
    System.setProperty("java.awt.headless", "true");
    System.exit(commandLine.apply(Io.ofProcess()).execute(args));
  }

  @Override
  public final void run() {
    CommandLine line = Objects.requireNonNull(spec, "spec").commandLine();
    line.usage(line.getOut());
  }
}
