package io.github.ratelimiter.server;

import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.micrometer.RateLimiterMetrics;
import io.github.ratelimiter.micrometer.RulesMetrics;
import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.rules.Rules;
import io.github.ratelimiter.server.admin.AdminRules;
import io.github.ratelimiter.server.admin.KillSwitch;
import io.github.ratelimiter.server.check.CheckSurroundings;
import io.github.ratelimiter.server.check.Checks;
import io.github.ratelimiter.server.check.JointChecks;
import io.github.ratelimiter.server.check.Reservations;
import io.github.ratelimiter.server.check.Settlements;
import io.github.ratelimiter.server.config.ServerOptions;
import io.github.ratelimiter.server.database.DatabaseMetrics;
import io.github.ratelimiter.server.database.DatabasePool;
import io.github.ratelimiter.server.database.SharedRules;
import io.github.ratelimiter.server.database.SharedRules.Surroundings;
import io.github.ratelimiter.server.grpc.EnvoyService;
import io.github.ratelimiter.server.grpc.GrpcServer;
import io.github.ratelimiter.server.grpc.RateLimiterService;
import io.github.ratelimiter.server.rest.AboutRoutes;
import io.github.ratelimiter.server.rest.CheckRoutes;
import io.github.ratelimiter.server.rest.Guard;
import io.github.ratelimiter.server.rest.HealthRoutes;
import io.github.ratelimiter.server.rest.ReserveRoutes;
import io.github.ratelimiter.server.rest.RestServer;
import io.github.ratelimiter.server.rest.Routes;
import io.github.ratelimiter.server.rest.admin.AdminErrors;
import io.github.ratelimiter.server.rest.admin.ClientRoutes;
import io.github.ratelimiter.server.rest.admin.PreviewRoutes;
import io.github.ratelimiter.server.rest.admin.RuleRoutes;
import io.github.ratelimiter.server.rest.admin.ShadowRoutes;
import io.github.ratelimiter.server.rest.admin.TrafficRoutes;
import io.github.ratelimiter.server.rest.admin.VersionRoutes;
import io.github.ratelimiter.server.rest.page.PageRoutes;
import io.github.ratelimiter.server.security.AccessControl;
import io.github.ratelimiter.server.security.AdminTokens;
import io.github.ratelimiter.server.state.UsageStore;
import io.github.ratelimiter.server.stats.Statistics;
import io.github.ratelimiter.server.stats.StatsMetrics;
import io.github.ratelimiter.server.traffic.Traffic;
import io.github.ratelimiter.server.users.Users;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The service while it runs. Thread-safe. */
final class Server implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Server.class);

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final RestServer rest;
  private Optional<GrpcServer> grpc = Optional.empty();
  private volatile boolean accepts = true;

  private Server(ServerOptions options, AdminTokens tokens) {
    try {
      this.rest = serve(options, tokens);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Starts the service.
   *
   * @param options the settings
   * @param tokens what administrators may use
   * @throws io.github.ratelimiter.rules.file.RuleFileException if the rules have mistakes
   */
  static Server start(ServerOptions options, AdminTokens tokens) {
    return new Server(options, tokens);
  }

  /** Each part is closed before those that it was built on. */
  private <T extends AutoCloseable> T own(T part) {
    parts.addFirst(part);
    return part;
  }

  private RestServer serve(ServerOptions options, AdminTokens tokens) {
    RuleSet set = options.rules();
    UsageStore usage = own(UsageStore.of(options));
    Optional<DatabasePool> side =
        options.database().address().map(address -> own(DatabasePool.forUsers(address)));
    Users users = own(UserParts.users(options, side));
    Rules rules = Checks.rules(usage.store(), set, users);
    Statistics statistics = own(UserParts.statistics(options, rules, side));
    PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    parts.addFirst(metrics::close);
    own(new RateLimiterMetrics(rules.limiter())).bindTo(metrics);
    own(new RulesMetrics(rules)).bindTo(metrics);
    Traffic traffic = Traffic.of(rules, TimeSource.system());
    KillSwitch killSwitch = new KillSwitch(rules);
    Optional<SharedRules> shared = shared(options, rules, killSwitch);
    if (shared.isEmpty()) {
      options.ruleFile().ifPresent(file -> own(file.watchFor(rules)));
    }
    shared.ifPresent(database -> new DatabaseMetrics(database).bindTo(metrics));
    AdminRules admin = new AdminRules(rules, shared);
    new StatsMetrics(statistics).bindTo(metrics);
    CheckSurroundings around = new CheckSurroundings(users, statistics);
    Checks checks = new Checks(rules, usage.store(), options.headers(), around);
    AccessControl control = own(new AccessControl(tokens, TimeSource.system()));
    RestServer started =
        own(
            RestServer.start(
                options.host(),
                options.port(),
                new Guard(control, options.security().clientAddress(), options.headers()),
                concat(
                    UserParts.routes(checks, around, statistics, admin, rules, usage),
                    new CheckRoutes(checks, TimeSource.system()),
                    new ReserveRoutes(
                        reservations(options, rules, around, usage), TimeSource.system()),
                    new HealthRoutes(usage, shared, () -> accepts, version()),
                    new AboutRoutes(metrics::scrape),
                    new AdminErrors(),
                    new RuleRoutes(admin),
                    new VersionRoutes(admin),
                    new ClientRoutes(admin),
                    new PreviewRoutes(admin),
                    new ShadowRoutes(admin, killSwitch),
                    new TrafficRoutes(traffic),
                    new PageRoutes())));
    grpc = grpc(options, rules, checks, around, statistics);
    return started;
  }

  private Optional<GrpcServer> grpc(
      ServerOptions options,
      Rules rules,
      Checks checks,
      CheckSurroundings around,
      Statistics statistics) {
    return options
        .grpcPort()
        .map(
            port ->
                own(
                    GrpcServer.start(
                        options.host(),
                        port,
                        List.of(
                            new RateLimiterService(checks, statistics, TimeSource.system()),
                            new EnvoyService(
                                checks, new JointChecks(rules, options.headers(), around))))));
  }

  private static List<Routes> concat(List<Routes> some, Routes... more) {
    return Stream.concat(Stream.of(more), some.stream()).toList();
  }

  private Optional<SharedRules> shared(ServerOptions options, Rules rules, KillSwitch killSwitch) {
    Surroundings surroundings =
        new Surroundings(
            options.seed(),
            options.ruleFile().map(Object::toString).orElse(""),
            options::withDefault,
            killSwitch::fleet);
    return options
        .database()
        .address()
        .map(address -> own(SharedRules.follow(address, rules, surroundings)));
  }

  private static Reservations reservations(
      ServerOptions options, Rules rules, CheckSurroundings around, UsageStore usage) {
    return new Reservations(
        rules,
        around,
        new Settlements(usage.store(), usage.withoutFallback()),
        options.headers(),
        options.reservationSeal(),
        TimeSource.system());
  }

  static String version() {
    String version = Server.class.getPackage().getImplementationVersion();
    return version != null ? version : "development";
  }

  /** Returns all routes of HTTP. */
  List<RestServer.Route> routes() {
    return rest.routes();
  }

  /** Returns the port of HTTP. */
  int port() {
    return rest.port();
  }

  /** Returns the port of gRPC, if there is one. */
  Optional<Integer> grpcPort() {
    return grpc.map(GrpcServer::port);
  }

  /** Is not ready any more, answers the calls that have begun, and ends. */
  @Override
  public void close() {
    accepts = false;
    for (AutoCloseable part : parts) {
      try {
        part.close();
      } catch (Exception e) {
        LOG.atWarn().setCause(e).log("{} could not be closed", part);
      }
    }
    parts.clear();
  }
}
