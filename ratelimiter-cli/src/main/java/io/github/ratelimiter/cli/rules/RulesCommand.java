package io.github.ratelimiter.cli.rules;

import io.github.ratelimiter.cli.Io;
import io.github.ratelimiter.cli.Program;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands on rule files. */
@Command(
    name = "rules",
    mixinStandardHelpOptions = true,
    description = "Check rule files, and preview what a change of rules would do.",
    descriptionHeading = "%n",
    optionListHeading = "%n",
    commandListHeading = "%nCommands%n",
    footer = {
      "",
      "Examples",
      "  rules check rules.yaml",
      "  rules preview --rules new.yaml --against rules.yaml access.log"
    })
public final class RulesCommand extends Program {
  private RulesCommand() {}

  /**
   * Returns the command with its subcommands.
   *
   * @param io the streams
   * @return a new command line
   */
  public static CommandLine commandLine(Io io) {
    return new CommandLine(new RulesCommand())
        .addSubcommand(new CheckCommand(io))
        .addSubcommand(new PreviewCommand(io));
  }
}
