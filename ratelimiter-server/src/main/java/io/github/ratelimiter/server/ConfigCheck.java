package io.github.ratelimiter.server;

import io.github.ratelimiter.rules.Finding;
import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.server.config.DatabaseAddress;
import io.github.ratelimiter.server.config.ServerOptions;
import java.io.PrintWriter;
import java.util.Optional;

/** Checks options and rules without starting anything. */
final class ConfigCheck {
  private final ServerOptions options;

  ConfigCheck(ServerOptions options) {
    this.options = options;
  }

  /**
   * Prints what it finds.
   *
   * @return the exit status
   * @throws io.github.ratelimiter.rules.file.RuleFileException if the rules have mistakes
   */
  int printTo(PrintWriter out) {
    options.port();
    options.security().tokens();
    options.users().retention();
    Optional<DatabaseAddress> database = options.database().address();
    options.security().clientAddress();
    options.grpcPort();
    options.reservationSeal();
    RuleSet rules = options.rules();
    for (Finding finding : rules.check()) {
      out.println(finding);
    }
    int count = rules.rules().size();
    out.printf(
        "The options are valid; %d %s and the default.%n", count, count == 1 ? "rule" : "rules");
    if (database.isPresent()) {
      out.printf(
          "They hold until %s is reached, and then only if it has no rules.%n", database.get());
    }
    out.flush();
    return 0;
  }
}
