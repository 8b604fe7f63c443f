package io.github.ratelimiter.server;

import io.github.ratelimiter.rules.file.RuleFileException;
import io.github.ratelimiter.server.config.ConfigException;
import io.github.ratelimiter.server.config.OptionSources;
import io.github.ratelimiter.server.config.ServerOptions;
import io.github.ratelimiter.server.security.AdminTokens;
import io.github.ratelimiter.server.security.NewToken;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The entry point of the service. */
@Command(
    name = "ratelimiter-server",
    mixinStandardHelpOptions = true,
    usageHelpWidth = 92,
    descriptionHeading = "%n",
    optionListHeading = "%n",
    subcommands = NewTokenCommand.class,
    description = "Decides on rate limits for programs in any language.",
    footer = {
      "",
      "Every option can be an environment variable or a line of the file of --config:",
      "--default-limits is RATELIMITER_DEFAULT_LIMITS and 'default-limits: 1000/h'."
    })
public final class Main implements Callable<Integer> {
  private static final int MISTAKE = 2;

  @Spec private CommandSpec command;

  @Mixin private ServerOptions options;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Options in YAML, by their names without the dashes.")
  private Path config;

  @Option(names = "--check-config", description = "Checks the options and the rules, and ends.")
  private boolean check;

  private Main() {}

  /**
   * Runs the service until the process is told to end.
   *
   * @param args the command line
   */
  public static void main(String[] args) {
    int status = run(args, System.getenv(), new CommandLine(new Main()));
    if (status != 0) {
      System.exit(status);
    }
  }

  /** Runs a command line with the output of its object. */
  static int run(String[] args, Map<String, String> environment, CommandLine line) {
    line.setCaseInsensitiveEnumValuesAllowed(true).setExpandAtFiles(false);
    line.getCommandSpec().versionProvider(() -> new String[] {Server.version()});
    line.setParameterExceptionHandler((e, rest) -> fail(line, e));
    line.setExecutionExceptionHandler(
        (e, ignored, rest) -> {
          if (e instanceof ConfigException || e instanceof RuleFileException) {
            return fail(line, e);
          }
          throw e;
        });
    try {
      line.setDefaultValueProvider(OptionSources.of(line.getCommandSpec(), args, environment));
    } catch (ConfigException e) {
      return fail(line, e);
    }
    return line.execute(args);
  }

  private static int fail(CommandLine line, Exception e) {
    line.getErr().println("ratelimiter-server: " + e.getMessage());
    line.getErr().flush();
    return MISTAKE;
  }

  /** Returns a command line for tests. */
  static CommandLine commandLine(PrintWriter out, PrintWriter err) {
    return new CommandLine(new Main()).setOut(out).setErr(err);
  }

  /** Returns the options that were parsed. */
  ServerOptions options() {
    return options;
  }

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = command.commandLine().getOut();
    if (check) {
      return new ConfigCheck(options).printTo(out);
    }
    Server server = start(out);
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  server.close();
                  ended.countDown();
                },
                "ratelimiter-shutdown"));
    ended.await();
    return 0;
  }

  /**
   * Starts the service and prints where it is. A token that is made here is forgotten after that.
   */
  private Server start(PrintWriter out) {
    AdminTokens tokens = options.security().tokens();
    Optional<NewToken> generated = Optional.empty();
    if (tokens.isEmpty()) {
      NewToken token = NewToken.create("generated", "write");
      tokens = AdminTokens.of(List.of(token.setting()));
      generated = Optional.of(token);
    }
    Server server = Server.start(options, tokens);
    out.print(Greeting.of(server.port(), server.grpcPort(), options, generated));
    out.flush();
    return server;
  }
}
