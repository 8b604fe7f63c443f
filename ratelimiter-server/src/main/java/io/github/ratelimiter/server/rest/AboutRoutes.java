package io.github.ratelimiter.server.rest;

import io.github.ratelimiter.server.security.Access;
import io.javalin.config.RoutesConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.Supplier;

/** The contract of the service, and its metrics. */
public final class AboutRoutes implements Routes {
  private static final String CONTRACT = "/openapi.yaml";
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  private final Supplier<String> metrics;
  private final String contract;

  /**
   * Creates routes.
   *
   * @param metrics the metrics in the format of Prometheus
   */
  public AboutRoutes(Supplier<String> metrics) {
    this.metrics = metrics;
    try (InputStream in = AboutRoutes.class.getResourceAsStream(CONTRACT)) {
      this.contract =
          new String(Objects.requireNonNull(in, CONTRACT).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void addTo(RoutesConfig routes) {
    routes.get(
        CONTRACT, context -> Answers.text(context, "application/yaml", contract), Access.PUBLIC);
    routes.get(
        "/metrics", context -> Answers.text(context, PROMETHEUS, metrics.get()), Access.PUBLIC);
  }
}
