package io.github.ratelimiter.server;

import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.rules.Rules;
import io.github.ratelimiter.rules.postgresql.RuleDatabase;
import io.github.ratelimiter.server.admin.AdminRules;
import io.github.ratelimiter.server.admin.UserData;
import io.github.ratelimiter.server.admin.UserSettings;
import io.github.ratelimiter.server.check.CheckSurroundings;
import io.github.ratelimiter.server.check.Checks;
import io.github.ratelimiter.server.check.EndpointNames;
import io.github.ratelimiter.server.check.RuleChecks;
import io.github.ratelimiter.server.config.ServerOptions;
import io.github.ratelimiter.server.database.DatabasePool;
import io.github.ratelimiter.server.rest.Routes;
import io.github.ratelimiter.server.rest.admin.StatsRoutes;
import io.github.ratelimiter.server.rest.admin.UserRoutes;
import io.github.ratelimiter.server.rest.compat.PolicyApiRoutes;
import io.github.ratelimiter.server.rest.compat.RuleApiRoutes;
import io.github.ratelimiter.server.rest.compat.UserApiRoutes;
import io.github.ratelimiter.server.state.UsageStore;
import io.github.ratelimiter.server.stats.Statistics;
import io.github.ratelimiter.server.stats.StatsTable;
import io.github.ratelimiter.server.users.DatabaseUsers;
import io.github.ratelimiter.server.users.ProcessUsers;
import io.github.ratelimiter.server.users.RedisUsers;
import io.github.ratelimiter.server.users.UserStore;
import io.github.ratelimiter.server.users.Users;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Makes users and statistics as the settings have them. */
final class UserParts {
  private static final Duration DATABASE_TIMEOUT = Duration.ofSeconds(2);

  private UserParts() {}

  /** Users are where the rules are; without PostgreSQL, where the usage is. */
  static Users users(ServerOptions options, Optional<DatabasePool> database) {
    UserStore store =
        database
            .<UserStore>map(
                pool ->
                    new DatabaseUsers(
                        RuleDatabase.of(pool.dataSource()).withTimeout(DATABASE_TIMEOUT).users()))
            .or(
                () ->
                    options
                        .redis()
                        .map(
                            uri ->
                                new RedisUsers(uri, options.isRedisCluster(), Clock.systemUTC())))
            .orElseGet(() -> new ProcessUsers(Clock.systemUTC()));
    return new Users(store, options.users().creates());
  }

  static Statistics statistics(
      ServerOptions options, Rules rules, Optional<DatabasePool> database) {
    return new Statistics(
        TimeSource.system(),
        new EndpointNames(rules),
        database.map(pool -> new StatsTable(pool.dataSource())),
        options.users().retention());
  }

  /**
   * Returns the routes about users, about statistics, and those with the names of other services.
   */
  static List<Routes> routes(
      Checks checks,
      CheckSurroundings around,
      Statistics statistics,
      AdminRules admin,
      Rules rules,
      UsageStore usage) {
    Users users = around.users();
    UserData data = new UserData(users, statistics, rules, usage.store());
    RuleChecks ruleChecks = new RuleChecks(rules, around);
    return List.of(
        new UserRoutes(users, new UserSettings(rules), data),
        new StatsRoutes(statistics, checks, TimeSource.system()),
        new PolicyApiRoutes(checks, ruleChecks, statistics, admin),
        new RuleApiRoutes(ruleChecks, admin),
        new UserApiRoutes(checks, users, data, statistics, admin));
  }
}
