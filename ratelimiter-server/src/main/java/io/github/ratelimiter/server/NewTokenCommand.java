package io.github.ratelimiter.server;

import io.github.ratelimiter.server.config.ConfigException;
import io.github.ratelimiter.server.security.NewToken;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes a token. */
@Command(
    name = "new-token",
    mixinStandardHelpOptions = true,
    description = "Makes a token of an administrator, and prints it with its setting.")
final class NewTokenCommand implements Callable<Integer> {
  @Spec private CommandSpec command;

  @Parameters(
      index = "0",
      paramLabel = "NAME",
      description = "Who is to use it: the author of changes.")
  private String name;

  @Parameters(
      index = "1",
      paramLabel = "SCOPE",
      arity = "0..1",
      defaultValue = "write",
      description = "read or write. Default: ${DEFAULT-VALUE}.")
  private String scope;

  @Override
  public Integer call() {
    NewToken token;
    try {
      token = NewToken.create(name, scope);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(String.valueOf(e.getMessage()));
    }
    PrintWriter out = command.commandLine().getOut();
    out.printf("Token, for the header 'Authorization: Bearer ...':%n  %s%n", token.secret());
    out.printf("Setting, for --admin-tokens or a line of its file:%n  %s%n", token.setting());
    out.flush();
    return 0;
  }
}
