package io.github.ratelimiter.cli;

import io.github.ratelimiter.cli.replay.ReplayCommand;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The entry point of the runnable jar. */
@Command(
    name = "ratelimiter",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
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
  private static final int WRONG_USE = 2;

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

  /** The command line on some streams: what is wrong with it is told in one line. */
  static CommandLine commandLine(Io io) {
    CommandLine commands = new CommandLine(new Main());
    CommandLine replay = new CommandLine(new ReplayCommand(io));
    replay.getCommandSpec().versionProvider(new Version());
    commands.addSubcommand(replay);
    commands.setOut(io.out()).setErr(io.err());
    commands.setExpandAtFiles(false);
    commands.setParameterExceptionHandler(
        (e, args) -> {
          boolean unknown =
              e instanceof UnmatchedArgumentException && e.getCommandLine() == commands;
          String message = String.valueOf(e.getMessage()).replaceAll("\\R", " ");
          io.err().println("ratelimiter: " + message + (unknown ? "; the command is replay" : ""));
          io.err().flush();
          return WRONG_USE;
        });
    return commands;
  }

  /** Without a command there is only help to give. */
  @Override
  public void run() {
    Objects.requireNonNull(spec, "spec").commandLine().usage(spec.commandLine().getOut());
  }

  /** Tells the version of the jar. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"ratelimiter " + (version != null ? version : "(not from a jar)")};
    }
  }
}
