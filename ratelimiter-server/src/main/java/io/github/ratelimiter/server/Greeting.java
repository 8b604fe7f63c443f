package io.github.ratelimiter.server;

import io.github.ratelimiter.server.config.ServerOptions;
import io.github.ratelimiter.server.security.NewToken;
import java.util.Optional;

/** What the service prints when it has started: where everything is, and something to try. */
final class Greeting {
  private Greeting() {}

  /**
   * Returns the text.
   *
   * @param grpcPort the port of gRPC, if there is one
   * @param generated the token that was made because the settings have none
   */
  static String of(
      int port, Optional<Integer> grpcPort, ServerOptions options, Optional<NewToken> generated) {
    String base = "http://localhost:" + port;
    return """
        ratelimiter-server %s
          Rules    %s
          Usage    %s
          Checks   POST %s/v1/ratelimit/check
          Contract %s/openapi.yaml
          Health   %s/health
          Metrics  %s/metrics
          Admin    %s/v1/admin, and the page %s/admin, %s
          gRPC     %s
          Reserve  POST %s/v1/ratelimit/reserve; settled by %s

        Try it:
          curl -i %s/v1/ratelimit/check -d '{"user_id": "42", "endpoint": "/api/orders"}'
        %s"""
        .formatted(
            Server.version(),
            rules(options),
            options.redis().isPresent() ? "in Redis" : "in this process; see --redis",
            base,
            base,
            base,
            base,
            base,
            base,
            generated
                .map(token -> "with the token %s, until the service ends".formatted(token.secret()))
                .orElse("with a token of --admin-tokens"),
            grpcPort.map(found -> "localhost:" + found).orElse("off; see --grpc-port"),
            base,
            options.sharesReservations()
                ? "all instances with the same secret"
                : "this instance only; see --reservation-secret",
            base,
            grpcPort.map(Greeting::grpcurl).orElse(""));
  }

  private static String grpcurl(int port) {
    return """
          grpcurl -plaintext -d '{"user_id": "42", "endpoint": "/api/orders"}' \\
            localhost:%d ratelimiter.v1.RateLimiter/CheckRateLimit
        """
        .formatted(port);
  }

  private static String rules(ServerOptions options) {
    return options
        .database()
        .address()
        .map(Object::toString)
        .or(() -> options.ruleFile().map(Object::toString))
        .orElse("the default only; see --rules and --postgres");
  }
}
