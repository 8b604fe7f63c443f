package io.github.ratelimiter.bench;

import io.github.ratelimiter.bench.algorithms.AlgorithmsCommand;
import io.github.ratelimiter.bench.fleet.FleetCommand;
import io.github.ratelimiter.bench.load.LoadCommand;
import io.github.ratelimiter.bench.redis.RedisCommand;
import io.github.ratelimiter.bench.service.ServiceCommand;
import io.github.ratelimiter.bench.tracing.TracingCommand;
import io.github.ratelimiter.cli.CommandLines;
import io.github.ratelimiter.cli.Io;
import io.github.ratelimiter.cli.Program;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The entry point of the runnable jar. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = "Measure rate limiters.",
    descriptionHeading = "%n",
    optionListHeading = "%n",
    commandListHeading = "%nCommands%n",
    footer = {"", "To start", "  java -jar bench.jar load", "  java -jar bench.jar load --help"})
public final class Main extends Program {
  private Main() {}

  /**
   * Runs a command.
   *
   * @param args the command line
   */
  public static void main(String[] args) {
    execute(Main::commandLine, args);
  }

  /** Returns the command line with the given streams. */
  static CommandLine commandLine(Io io) {
    return CommandLines.of(
        new Main(),
        io,
        new RedisCommand(io),
        new LoadCommand(io),
        new AlgorithmsCommand(io),
        new FleetCommand(io),
        new TracingCommand(io),
        new ServiceCommand(io),
        new JmhCommand());
  }
}
