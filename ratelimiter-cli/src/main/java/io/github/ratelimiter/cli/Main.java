package io.github.ratelimiter.cli;

import io.github.ratelimiter.cli.replay.ReplayCommand;
import io.github.ratelimiter.cli.rules.RulesCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The entry point of the runnable jar. */
@Command(
    name = "ratelimiter",
    mixinStandardHelpOptions = true,
    description = "Try rate limits and rules on the traffic of an access log.",
    descriptionHeading = "%n",
    optionListHeading = "%n",
    commandListHeading = "%nCommands%n",
    footer = {
      "",
      "To start",
      "  java -jar ratelimiter.jar replay --sample",
      "  java -jar ratelimiter.jar replay --help",
      "  java -jar ratelimiter.jar rules --help"
    })
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
    return CommandLines.of(new Main(), io, new ReplayCommand(io), RulesCommand.commandLine(io));
  }
}
