package io.github.ratelimiter.cli;

import io.github.ratelimiter.Policy;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Makes command lines that read policies and report an error in one line. */
public final class CommandLines {
  private static final int FAILED = 2;

  private CommandLines() {}

  /**
   * Returns a command line. A wrong argument or a {@link CommandException} is one line on standard
   * error and exit status 2.
   *
   * @param main the top-level command
   * @param io the streams
   * @param commands the subcommands
   * @return a new command line
   */
  public static CommandLine of(Object main, Io io, Object... commands) {
    CommandLine line = new CommandLine(main);
    String name = line.getCommandName();
    IVersionProvider version = () -> new String[] {name + " " + version(main)};
    line.getCommandSpec().versionProvider(version);
    for (Object command : commands) {
      CommandLine sub = new CommandLine(command);
      sub.getCommandSpec().versionProvider(version);
      line.addSubcommand(sub);
    }
    line.registerConverter(Policy.class, CommandLines::policy);
    line.setOut(io.out()).setErr(io.err()).setExpandAtFiles(false);
    tellInOneLine(line, io);
    return line;
  }

  private static void tellInOneLine(CommandLine line, Io io) {
    String name = line.getCommandName();
    String names = names(List.copyOf(line.getSubcommands().keySet()));
    line.setParameterExceptionHandler(
        (e, args) -> {
          boolean unknown = e instanceof UnmatchedArgumentException && e.getCommandLine() == line;
          return failed(io, name, e.getMessage() + (unknown ? "; " + names : ""));
        });
    line.setExecutionExceptionHandler(
        (e, failing, args) -> {
          if (e instanceof CommandException) {
            return failed(io, name, String.valueOf(e.getMessage()));
          }
          throw e;
        });
  }

  private static int failed(Io io, String name, String message) {
    io.err().println(name + ": " + message.replaceAll("\\R", " "));
    io.err().flush();
    return FAILED;
  }

  private static String version(Object main) {
    String version = main.getClass().getPackage().getImplementationVersion();
    return version != null ? version : "(not from a jar)";
  }

  private static String names(List<String> names) {
    int last = names.size() - 1;
    return last == 0
        ? "the command is " + names.get(0)
        : "the commands are "
            + String.join(", ", names.subList(0, last))
            + " and "
            + names.get(last);
  }

  private static Policy policy(String text) {
    try {
      return Policy.parse("replay", text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
