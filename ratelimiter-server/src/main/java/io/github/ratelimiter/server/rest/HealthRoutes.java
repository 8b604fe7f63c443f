package io.github.ratelimiter.server.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.ratelimiter.Status;
import io.github.ratelimiter.server.database.SharedRules;
import io.github.ratelimiter.server.security.Access;
import io.github.ratelimiter.server.state.UsageStore;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Whether the service works. */
public final class HealthRoutes implements Routes {
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Postgres(String status) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Redis(String status, @Nullable Double latencyMs) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Health(
      String status,
      String version,
      @Nullable Redis redis,
      @Nullable Postgres postgres,
      double uptimeSeconds,
      @Nullable String reason) {}

  private record Probe(String status) {}

  private final UsageStore usage;
  private final Optional<SharedRules> shared;
  private final BooleanSupplier accepts;
  private final String version;
  private final long start = System.nanoTime();

  /**
   * Creates routes.
   *
   * @param usage the store whose state is told
   * @param shared the rules in a database, if they are in one
   * @param accepts whether the service accepts calls; false as soon as it ends
   * @param version the version of the service
   */
  public HealthRoutes(
      UsageStore usage, Optional<SharedRules> shared, BooleanSupplier accepts, String version) {
    this.usage = usage;
    this.shared = shared;
    this.accepts = accepts;
    this.version = version;
  }

  @Override
  public void addTo(RoutesConfig routes) {
    routes.get("/health", this::health, Access.PUBLIC);
    routes.get(
        "/health/live", context -> Answers.json(context, 200, new Probe("UP")), Access.PUBLIC);
    routes.get("/health/ready", this::ready, Access.PUBLIC);
  }

  /** A service that decides by its fallback is degraded, and still healthy: it answers checks. */
  private void health(Context context) {
    Optional<String> reason = reason();
    Answers.json(
        context,
        200,
        new Health(
            reason.isPresent() ? "degraded" : "healthy",
            version,
            redis(),
            postgres(),
            Math.round((System.nanoTime() - start) / 1e6) / 1e3,
            reason.orElse(null)));
  }

  private Optional<String> reason() {
    if (usage.status() instanceof Status.Degraded why) {
      return Optional.of(why.reason());
    }
    return shared
        .filter(rules -> !rules.isConnected())
        .map(rules -> "PostgreSQL is away; the rules in force stay");
  }

  private @Nullable Postgres postgres() {
    return shared
        .map(rules -> new Postgres(rules.isConnected() ? "connected" : "unreachable"))
        .orElse(null);
  }

  private @Nullable Redis redis() {
    if (!usage.isShared()) {
      return null;
    }
    return usage
        .latency()
        .map(latency -> new Redis("connected", millis(latency)))
        .orElse(new Redis("unreachable", null));
  }

  private static double millis(Duration latency) {
    return Math.round(latency.toNanos() / 1e3) / 1e3;
  }

  private void ready(Context context) {
    boolean ready = accepts.getAsBoolean();
    Answers.json(context, ready ? 200 : 503, new Probe(ready ? "UP" : "OUT_OF_SERVICE"));
  }
}
