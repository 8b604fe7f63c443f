package io.github.ratelimiter.server.rest.admin;

import io.github.ratelimiter.server.rest.Answers;
import io.github.ratelimiter.server.rest.ProblemException;
import io.github.ratelimiter.server.rest.Routes;
import io.github.ratelimiter.server.security.Access;
import io.github.ratelimiter.server.traffic.RefusedKey;
import io.github.ratelimiter.server.traffic.RuleTraffic;
import io.github.ratelimiter.server.traffic.Traffic;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;

/** What this instance decides now. It needs neither Redis nor a database. */
public final class TrafficRoutes implements Routes {
  private static final int DEFAULT_KEYS = 10;
  private static final int MOST_KEYS = 100;

  private record Counts(long rulesVersion, List<RuleTraffic> rules) {}

  private record Top(String window, List<RefusedKey> keys) {}

  private final Traffic traffic;

  /** Creates routes. */
  public TrafficRoutes(Traffic traffic) {
    this.traffic = traffic;
  }

  @Override
  public void addTo(RoutesConfig routes) {
    routes.get("/v1/admin/traffic", this::counts, Access.READ);
    routes.get("/v1/admin/top", this::top, Access.READ);
  }

  private void counts(Context context) {
    Query.of(context);
    Answers.json(context, 200, new Counts(traffic.version(), traffic.lastMinute()));
  }

  private void top(Context context) {
    Query query = Query.of(context, "window", "limit");
    String window = query.text("window").orElse("minute");
    int most = (int) query.number("limit", DEFAULT_KEYS, 1, MOST_KEYS);
    List<RefusedKey> keys =
        switch (window) {
          case "minute" -> traffic.topOfLastMinute(most);
          case "hour" -> traffic.topOfLastHour(most);
          default ->
              throw ProblemException.badField(
                  "window", "window: found '%s', expected minute or hour".formatted(window));
        };
    Answers.json(
        context, 200, new Top(window, keys.stream().map(TrafficRoutes::withoutSecret).toList()));
  }

  private static RefusedKey withoutSecret(RefusedKey found) {
    return new RefusedKey(
        found.rule(), Secrets.masked(found.key()), found.refusals(), found.error());
  }
}
