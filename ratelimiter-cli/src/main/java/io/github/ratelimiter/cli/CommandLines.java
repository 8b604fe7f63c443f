package io.github.ratelimiter.cli;

import io.github.ratelimiter.Policy;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Creates command lines that parse policies and report each error in one line. */
public final class CommandLines {
  private static final int EXIT_FAILED = 2;

  private CommandLines() {}

  /**
   * Returns a command line. An invalid argument or a {@link CommandException} prints one line on
   * standard error, and the exit status is 2.
   *
   * @param main the top-level command
   * @param io the streams
   * @param commands the subcommands; one that has subcommands itself is a command line
   * @return a new command line
   */
  public static CommandLine of(Object main, Io io, Object... commands) {
    CommandLine line = new CommandLine(main);
    String name = line.getCommandName();
    IVersionProvider version = () -> new String[] {name + " " + version(main)};
    for (Object command : commands) {
      line.addSubcommand(command);
    }
    setVersion(line, version);
    line.registerConverter(Policy.class, CommandLines::parsePolicy);
    line.setOut(io.out()).setErr(io.err()).setExpandAtFiles(false);
    reportErrorsInOneLine(line, io);
    return line;
  }

  private static void setVersion(CommandLine line, IVersionProvider version) {
    line.getCommandSpec().versionProvider(version);
    line.getSubcommands().values().forEach(sub -> setVersion(sub, version));
  }

  private static void reportErrorsInOneLine(CommandLine line, Io io) {
    String name = line.getCommandName();
    line.setParameterExceptionHandler(
        (e, args) -> {
          Set<String> commands = e.getCommandLine().getSubcommands().keySet();
          boolean noSuchCommand = e instanceof UnmatchedArgumentException && !commands.isEmpty();
          String known = noSuchCommand ? "; commands: " + String.join(", ", commands) : "";
          return fail(io, name, e.getMessage() + known);
        });
    line.setExecutionExceptionHandler(
        (e, command, args) -> {
          if (e instanceof CommandException) {
            return fail(io, name, String.valueOf(e.getMessage()));
          }
          throw e;
        });
  }

  private static int fail(Io io, String name, String message) {
    io.err().println(name + ": " + message.replaceAll("\\R", " "));
    io.err().flush();
    return EXIT_FAILED;
  }

  private static String version(Object main) {
    String version = main.getClass().getPackage().getImplementationVersion();
    return version != null ? version : "(unknown version)";
  }

  private static Policy parsePolicy(String text) {
    try {
      return Policy.parse("replay", text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
