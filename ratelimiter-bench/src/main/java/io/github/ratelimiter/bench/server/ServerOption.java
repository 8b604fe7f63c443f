package io.github.ratelimiter.bench.server;

import io.github.ratelimiter.cli.CommandException;
import io.lettuce.core.RedisURI;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that names a server, for commands that measure on one. */
public final class ServerOption {
  @Option(
      names = {"--redis", "--uri"},
      paramLabel = "URI",
      description =
          "A server that runs already, as redis://127.0.0.1:6379. Keys of the benchmark are removed"
              + " from it, others stay. Default: one is started, and stopped at the end.")
  private @Nullable String uri;

  /** Returns where the server is; null if one is to be started. */
  public @Nullable String uri() {
    return uri;
  }

  /**
   * Checks the option.
   *
   * @throws CommandException if it is not a URI of Redis
   */
  public void check() {
    if (uri != null) {
      try {
        RedisURI.create(uri);
      } catch (IllegalArgumentException e) {
        // Without the text: it may hold a password.
        throw new CommandException("--redis is no URI of Redis, as redis://127.0.0.1:6379");
      }
    }
  }

  /** Connects to the server, or starts one. */
  public Server open() {
    return uri == null ? Server.start() : Server.at(uri);
  }
}
