package io.github.ratelimiter.cli;

import io.github.ratelimiter.Policy;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Command lines that read policies, and say in one line what is wrong with them. */
public final class CommandLines {
  private static final int WRONG_USE = 2;

  private CommandLines() {}

  /**
   * A command line.
   *
   * @param main the command above all others
   * @param io its streams
   * @param commands the others
   * @return a new one
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
    line.registerConverter(Format.class, CommandLines::format);
    line.setOut(io.out()).setErr(io.err()).setExpandAtFiles(false);
    String names = names(List.copyOf(line.getSubcommands().keySet()));
    line.setParameterExceptionHandler(
        (e, args) -> {
          boolean unknown = e instanceof UnmatchedArgumentException && e.getCommandLine() == line;
          String message = String.valueOf(e.getMessage()).replaceAll("\\R", " ");
          io.err().println(name + ": " + message + (unknown ? "; " + names : ""));
          io.err().flush();
          return WRONG_USE;
        });
    return line;
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

  private static Format format(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "table" -> Format.TABLE;
      case "json" -> Format.JSON;
      default -> throw new TypeConversionException("found '" + text + "', expected table or json");
    };
  }
}
