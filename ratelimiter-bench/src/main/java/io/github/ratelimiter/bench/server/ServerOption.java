package io.github.ratelimiter.bench.server;

import io.github.ratelimiter.cli.CommandException;
import io.lettuce.core.RedisURI;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that selects the Redis server. */
public final class ServerOption {
  @Option(
      names = {"--redis", "--uri"},
      paramLabel = "URI",
      description =
          "A running server, for example redis://127.0.0.1:6379. Only keys of the benchmark are"
              + " removed from it. Default: a server is started, and stopped at the end.")
  private @Nullable String uri;

  /** Returns the URI of the server; null if a server is to be started. */
  public @Nullable String uri() {
    return uri;
  }

  /**
   * Checks the option.
   *
   * @throws CommandException if it is not a Redis URI
   */
  public void check() {
    if (uri != null) {
      try {
        RedisURI.create(uri);
      } catch (IllegalArgumentException e) {
        // The message omits the URI, which may contain a password.
        throw new CommandException("--redis is not a Redis URI such as redis://127.0.0.1:6379");
      }
    }
  }

  /** Connects to the server, or starts one. */
  public Server open() {
    return uri == null ? Server.start() : Server.at(uri);
  }
}
