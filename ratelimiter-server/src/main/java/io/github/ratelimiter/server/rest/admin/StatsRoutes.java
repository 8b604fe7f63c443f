package io.github.ratelimiter.server.rest.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.server.check.CheckedRequest;
import io.github.ratelimiter.server.check.Checks;
import io.github.ratelimiter.server.rest.Answers;
import io.github.ratelimiter.server.rest.CheckAnswer;
import io.github.ratelimiter.server.rest.ProblemException;
import io.github.ratelimiter.server.rest.Routes;
import io.github.ratelimiter.server.security.Access;
import io.github.ratelimiter.server.stats.GlobalStats;
import io.github.ratelimiter.server.stats.Statistics;
import io.github.ratelimiter.server.stats.StatsWindow;
import io.github.ratelimiter.server.stats.UserStats;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Statistics of checks. */
public final class StatsRoutes implements Routes {
  private static final String ANY_PATH = "/";

  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record UserAnswer(
      String userId,
      String from,
      String to,
      long total,
      long allowed,
      long rejected,
      long error,
      @Nullable Long currentLimit,
      @Nullable Long remaining,
      String instances) {}

  private record LimitedUser(String userId, long rejected, long error) {}

  private record LimitedEndpoint(String endpoint, long rejected, long error) {}

  private record GlobalAnswer(
      String from,
      String to,
      long total,
      long allowed,
      long rejected,
      long errors,
      double rejectionRate,
      List<LimitedUser> topLimitedUsers,
      List<LimitedEndpoint> topLimitedEndpoints,
      long dropped,
      String instances) {}

  private final Statistics statistics;
  private final Checks checks;
  private final TimeSource time;

  /** Creates routes. */
  public StatsRoutes(Statistics statistics, Checks checks, TimeSource time) {
    this.statistics = statistics;
    this.checks = checks;
    this.time = time;
  }

  @Override
  public void addTo(RoutesConfig routes) {
    // IDs may have slashes.
    routes.get("/v1/stats/users/<user_id>", this::user, Access.READ);
    routes.get("/v1/stats/global", this::global, Access.READ);
  }

  private void user(Context context) {
    Query query = Query.of(context, "window", "endpoint");
    String id = context.pathParam("user_id");
    UserStats stats = statistics.user(id, window(query));
    CheckAnswer now = now(id, query.text("endpoint").orElse(ANY_PATH));
    Answers.json(
        context,
        200,
        new UserAnswer(
            id,
            stats.from().toString(),
            stats.to().toString(),
            stats.allowed() + stats.rejected(),
            stats.allowed(),
            stats.rejected(),
            stats.error(),
            now.limit(),
            now.remaining(),
            instances(stats.everywhere())));
  }

  /** The limits of a user depend on what he asks for. */
  private CheckAnswer now(String user, String endpoint) {
    if (!endpoint.startsWith("/")) {
      throw ProblemException.badField(
          "endpoint",
          "endpoint: found '%s', expected a path such as /api/orders".formatted(endpoint));
    }
    return CheckAnswer.of(checks.peek(CheckedRequest.of(user, endpoint)), instant());
  }

  private static Duration window(Query query) {
    return query.text("window").map(StatsRoutes::window).orElse(StatsWindow.DEFAULT);
  }

  private static Duration window(String text) {
    return StatsWindow.parse(text)
        .orElseThrow(
            () ->
                ProblemException.badField(
                    "window",
                    "window: found '%s', expected a time up to %d days, for example 1h"
                        .formatted(text, StatsWindow.LONGEST.toDays())));
  }

  private void global(Context context) {
    Query query = Query.of(context, "from", "to", "top");
    Instant to = query.text("to").map(text -> instant("to", text)).orElseGet(this::instant);
    Instant from =
        query.text("from").map(text -> instant("from", text)).orElse(to.minus(StatsWindow.DEFAULT));
    if (from.isAfter(to)) {
      throw ProblemException.badField(
          "from", "from: found %s, which is after %s".formatted(from, to));
    }
    if (Duration.between(from, to).compareTo(StatsWindow.LONGEST) > 0) {
      throw ProblemException.badField(
          "from",
          "from: found %s, which is more than %d days before %s"
              .formatted(from, StatsWindow.LONGEST.toDays(), to));
    }
    answer(context, statistics.global(from, to, (int) query.number("top", 10, 1, 100)));
  }

  private static void answer(Context context, GlobalStats stats) {
    Answers.json(
        context,
        200,
        new GlobalAnswer(
            stats.from().toString(),
            stats.to().toString(),
            stats.allowed() + stats.rejected() + stats.errors(),
            stats.allowed(),
            stats.rejected(),
            stats.errors(),
            stats.rejectionRate(),
            stats.users().stream()
                .map(each -> new LimitedUser(each.name(), each.rejected(), each.error()))
                .toList(),
            stats.endpoints().stream()
                .map(each -> new LimitedEndpoint(each.name(), each.rejected(), each.error()))
                .toList(),
            stats.dropped(),
            instances(stats.everywhere())));
  }

  private static String instances(boolean everywhere) {
    return everywhere ? "all" : "this";
  }

  /** Reads a time as of 1970 to 9999, which is what the table can store. */
  private static Instant instant(String name, String text) {
    try {
      Instant time = Instant.parse(text);
      if (!time.isBefore(Instant.EPOCH) && time.isBefore(Instant.parse("9999-01-01T00:00:00Z"))) {
        return time;
      }
    } catch (DateTimeParseException e) { // As one that is out of range.
    }
    throw ProblemException.badField(
        name, "%s: found '%s', expected a time such as 2026-01-31T12:00:00Z".formatted(name, text));
  }

  private Instant instant() {
    return Instant.EPOCH.plus(time.nowMicros(), ChronoUnit.MICROS);
  }
}
