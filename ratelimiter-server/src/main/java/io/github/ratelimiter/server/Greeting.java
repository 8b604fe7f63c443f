package io.github.ratelimiter.server;

import io.github.ratelimiter.server.config.ServerOptions;
import java.util.Optional;

/** What the service prints when it has started: where everything is, and something to try. */
final class Greeting {
  private Greeting() {}

  static String of(int port, Optional<Integer> grpcPort, ServerOptions options) {
    String base = "http://localhost:" + port;
    return """
        ratelimiter-server %s
          Rules    %s
          Usage    %s
          Checks   POST %s/v1/ratelimit/check
          Contract %s/openapi.yaml
          Health   %s/health
          Metrics  %s/metrics
          gRPC     %s
          Reserve  POST %s/v1/ratelimit/reserve; settled by %s

        Try it:
          curl -i %s/v1/ratelimit/check -d '{"user_id": "42", "endpoint": "/api/orders"}'
        %s"""
        .formatted(
            Server.version(),
            options.ruleFile().map(Object::toString).orElse("the default only; see --rules"),
            options.redis().isPresent() ? "in Redis" : "in this process; see --redis",
            base,
            base,
            base,
            base,
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
}
