package io.github.ratelimiter.server.config;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The settings of the database of rules. */
public final class DatabaseOptions {
  @Option(
      names = "--postgres",
      paramLabel = "URI",
      description =
          "Keeps rules in PostgreSQL, for several instances and for /v1/admin:"
              + " postgresql://user@host/database or jdbc:postgresql://host/database."
              + " A database without rules gets those of --rules, once.")
  private @Nullable String uri;

  @Option(
      names = "--postgres-user",
      paramLabel = "USER",
      description = "The user of PostgreSQL, if it is not in the URI.")
  private @Nullable String user;

  @Option(
      names = "--postgres-password",
      paramLabel = "PASSWORD",
      description =
          "The password; better in the environment or in the file of --config, because others can"
              + " see a command line.")
  private @Nullable String password;

  /**
   * Returns where the database is, if rules are kept there.
   *
   * @throws ConfigException if the URI has a mistake; the message has nothing of it
   */
  public Optional<DatabaseAddress> address() {
    try {
      return Optional.ofNullable(uri).map(text -> DatabaseAddress.parse(text, user, password));
    } catch (IllegalArgumentException e) {
      throw new ConfigException("--postgres: " + e.getMessage());
    }
  }

  /** Returns a text without secrets. */
  @Override
  public String toString() {
    return uri == null ? "no database" : "PostgreSQL";
  }
}
