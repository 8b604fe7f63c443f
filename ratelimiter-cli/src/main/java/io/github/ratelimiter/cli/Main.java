package io.github.ratelimiter.cli;

import io.github.ratelimiter.cli.replay.ReplayCommand;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The entry point of the runnable jar. */
@Command(
    name = "ratelimiter",
    mixinStandardHelpOptions = true,
    description = "Try rate limits on the traffic of an access log.",
    descriptionHeading = "%n",
    optionListHeading = "%n",
    commandListHeading = "%nCommands%n",
    footer = {
      "",
      "Begin with",
      "  java -jar ratelimiter.jar replay --sample",
      "  java -jar ratelimiter.jar replay --help"
    })
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
    return CommandLines.of(new Main(), io, new ReplayCommand(io));
  }

  /** Without a command there is only help to give. */
  @Override
  public void run() {
    Objects.requireNonNull(spec, "spec").commandLine().usage(spec.commandLine().getOut());
  }
}
