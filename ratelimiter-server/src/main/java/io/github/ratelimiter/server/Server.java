package io.github.ratelimiter.server;

import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.micrometer.RateLimiterMetrics;
import io.github.ratelimiter.micrometer.RulesMetrics;
import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.rules.Rules;
import io.github.ratelimiter.server.admin.AdminRules;
import io.github.ratelimiter.server.admin.KillSwitch;
import io.github.ratelimiter.server.check.Checks;
import io.github.ratelimiter.server.config.ServerOptions;
import io.github.ratelimiter.server.database.DatabaseMetrics;
import io.github.ratelimiter.server.database.SharedRules;
import io.github.ratelimiter.server.database.SharedRules.Surroundings;
import io.github.ratelimiter.server.database.SidePool;
import io.github.ratelimiter.server.rest.AboutRoutes;
import io.github.ratelimiter.server.rest.CheckRoutes;
import io.github.ratelimiter.server.rest.Guard;
import io.github.ratelimiter.server.rest.HealthRoutes;
import io.github.ratelimiter.server.rest.RestServer;
import io.github.ratelimiter.server.rest.Routes;
import io.github.ratelimiter.server.rest.admin.AdminErrors;
import io.github.ratelimiter.server.rest.admin.ClientRoutes;
import io.github.ratelimiter.server.rest.admin.PreviewRoutes;
import io.github.ratelimiter.server.rest.admin.RuleRoutes;
import io.github.ratelimiter.server.rest.admin.ShadowRoutes;
import io.github.ratelimiter.server.rest.admin.VersionRoutes;
import io.github.ratelimiter.server.security.AccessControl;
import io.github.ratelimiter.server.security.AdminTokens;
import io.github.ratelimiter.server.state.UsageStore;
import io.github.ratelimiter.server.stats.Statistics;
import io.github.ratelimiter.server.stats.StatsMetrics;
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
  private volatile boolean accepts = true;

  private Server(ServerOptions options, AdminTokens tokens) {
    try {
      this.rest = own(serve(options, tokens));
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
    Optional<SidePool> side =
        options.database().address().map(address -> own(new SidePool(address)));
    Users users = own(UserParts.users(options, side));
    Rules rules = Checks.rules(usage.store(), set, users);
    Statistics statistics = own(UserParts.statistics(options, rules, side));
    PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    parts.addFirst(metrics::close);
    own(new RateLimiterMetrics(rules.limiter())).bindTo(metrics);
    own(new RulesMetrics(rules)).bindTo(metrics);
    KillSwitch killSwitch = new KillSwitch(rules);
    Optional<SharedRules> shared = shared(options, rules, killSwitch);
    if (shared.isEmpty()) {
      options.ruleFile().ifPresent(file -> own(file.watchFor(rules)));
    }
    shared.ifPresent(database -> new DatabaseMetrics(database).bindTo(metrics));
    AdminRules admin = new AdminRules(rules, shared);
    new StatsMetrics(statistics).bindTo(metrics);
    Checks checks = new Checks(rules, usage.store(), options.headers(), users, statistics);
    AccessControl control = own(new AccessControl(tokens));
    return RestServer.start(
        options.host(),
        options.port(),
        new Guard(control, options.security().clientAddress(), options.headers()),
        concat(
            UserParts.routes(checks, users, statistics, admin, rules, usage),
            new CheckRoutes(checks, TimeSource.system()),
            new HealthRoutes(usage, shared, () -> accepts, version()),
            new AboutRoutes(metrics::scrape),
            new AdminErrors(),
            new RuleRoutes(admin),
            new VersionRoutes(admin),
            new ClientRoutes(admin),
            new PreviewRoutes(admin),
            new ShadowRoutes(admin, killSwitch)));
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
