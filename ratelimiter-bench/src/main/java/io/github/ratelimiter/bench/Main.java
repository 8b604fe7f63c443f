package io.github.ratelimiter.bench;

import io.github.ratelimiter.bench.load.LoadCommand;
import io.github.ratelimiter.bench.redis.RedisCommand;
import io.github.ratelimiter.cli.CommandLines;
import io.github.ratelimiter.cli.Io;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The entry point of the runnable jar. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = "Measure what rate limits cost.",
    descriptionHeading = "%n",
    optionListHeading = "%n",
    commandListHeading = "%nCommands%n",
    footer = {"", "Begin with", "  java -jar bench.jar load", "  java -jar bench.jar load --help"})
public final class Main implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  private Main() {}

  /**
   * Runs a command.
   *
   * @param args the command line
   */
  public static void main(String[] args) {
    System.setProperty("java.awt.headless", "true");
    System.exit(commandLine(Io.ofProcess()).execute(args));
  }

  /** The command line on some streams. */
  static CommandLine commandLine(Io io) {
    return CommandLines.of(
        new Main(), io, new RedisCommand(io), new LoadCommand(io), new JmhCommand());
  }

  /** Without a command there is only help to give. */
  @Override
  public void run() {
    Objects.requireNonNull(spec, "spec").commandLine().usage(spec.commandLine().getOut());
  }
}
