package io.github.ratelimiter.bench;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.bench.load.LoadCommand;
import io.github.ratelimiter.bench.redis.RedisCommand;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The entry point of the runnable jar. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    description = "Measure what rate limits cost.",
    descriptionHeading = "%n",
    optionListHeading = "%n",
    commandListHeading = "%nCommands%n",
    footer = {"", "Begin with", "  java -jar bench.jar load", "  java -jar bench.jar load --help"})
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
    CommandLine redis = new CommandLine(new RedisCommand(io));
    redis.getCommandSpec().versionProvider(new Version());
    commands.addSubcommand(redis);
    CommandLine load = new CommandLine(new LoadCommand(io));
    load.getCommandSpec().versionProvider(new Version());
    commands.addSubcommand(load);
    commands.addSubcommand(new JmhCommand());
    commands.setOut(io.out()).setErr(io.err());
    commands.setExpandAtFiles(false).setCaseInsensitiveEnumValuesAllowed(true);
    commands.registerConverter(Policy.class, Main::policy);
    commands.setParameterExceptionHandler(
        (e, args) -> {
          boolean unknown =
              e instanceof UnmatchedArgumentException && e.getCommandLine() == commands;
          String message = String.valueOf(e.getMessage()).replaceAll("\\R", " ");
          io.err()
              .println(
                  "bench: " + message + (unknown ? "; the commands are redis, load and jmh" : ""));
          io.err().flush();
          return WRONG_USE;
        });
    return commands;
  }

  private static Policy policy(String text) {
    try {
      return Policy.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
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
      return new String[] {"bench " + (version != null ? version : "(not from a jar)")};
    }
  }
}
