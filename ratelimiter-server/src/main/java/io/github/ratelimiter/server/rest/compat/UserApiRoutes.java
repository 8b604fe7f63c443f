package io.github.ratelimiter.server.rest.compat;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.ratelimiter.rules.RuleVersion;
import io.github.ratelimiter.server.admin.AdminRules;
import io.github.ratelimiter.server.admin.UserData;
import io.github.ratelimiter.server.check.CheckResult;
import io.github.ratelimiter.server.check.CheckedRequest;
import io.github.ratelimiter.server.check.Checks;
import io.github.ratelimiter.server.rest.Answers;
import io.github.ratelimiter.server.rest.CheckAnswer;
import io.github.ratelimiter.server.rest.Guard;
import io.github.ratelimiter.server.rest.Routes;
import io.github.ratelimiter.server.rest.UserIds;
import io.github.ratelimiter.server.security.Access;
import io.github.ratelimiter.server.stats.GlobalStats;
import io.github.ratelimiter.server.stats.Statistics;
import io.github.ratelimiter.server.users.User;
import io.github.ratelimiter.server.users.Users;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Checks of users, users with a bucket of their own, rules, and what has happened. */
public final class UserApiRoutes implements Routes {
  private static final String USERS = "/users";
  private static final String RULES = "/ratelimit/rules";
  private static final Duration WINDOW = Duration.ofHours(1);
  private static final int MOST = 10;

  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Checked(
      String userId,
      boolean allowed,
      @Nullable Long limit,
      @Nullable Long remaining,
      @Nullable Long resetAt,
      @Nullable Long retryAfter) {}

  private record Deleted(String userId, boolean deleted) {}

  private record RuleList(List<ObjectNode> rules, int total) {}

  private record Limited(String name, long rejected, long error) {
    static List<Limited> of(List<GlobalStats.Limited> all) {
      return all.stream()
          .map(each -> new Limited(each.name(), each.rejected(), each.error()))
          .toList();
    }
  }

  private record Analytics(
      String from,
      String to,
      long totalRequests,
      long allowedRequests,
      long rejectedRequests,
      double rejectionRate,
      List<Limited> topUsers,
      List<Limited> topEndpoints) {}

  private final Checks checks;
  private final Users users;
  private final UserData data;
  private final Statistics statistics;
  private final AdminRules rules;

  /** Creates routes. */
  public UserApiRoutes(
      Checks checks, Users users, UserData data, Statistics statistics, AdminRules rules) {
    this.checks = checks;
    this.users = users;
    this.data = data;
    this.statistics = statistics;
    this.rules = rules;
  }

  @Override
  public void addTo(RoutesConfig routes) {
    routes.get("/check", this::firstUse, Access.PUBLIC);
    routes.post("/ratelimit/check", this::check, Access.PUBLIC);
    routes.get("/ratelimit/status/<user_id>", this::status, Access.PUBLIC);
    routes.get("/ratelimit/analytics", this::analytics, Access.READ);
    routes.get(USERS, this::readUser, Access.READ);
    routes.post(USERS, this::saveUser, Access.WRITE);
    routes.delete(USERS, this::deleteUser, Access.WRITE);
    routes.get(RULES, this::readRules, Access.READ);
    routes.post(RULES, this::createRule, Access.WRITE);
    routes.put(RULES + "/<id>", this::updateRule, Access.WRITE);
    routes.delete(RULES + "/<id>", this::deleteRule, Access.WRITE);
  }

  // --- checks ----------------------------------------------------------------------------------

  /** Stores a user with the default limits, if he is not there, and checks a request of his. */
  private void firstUse(Context context) {
    Parameters parameters = Parameters.of(context);
    CheckedRequest request = request(parameters);
    users.create(parameters.required("user_id"));
    answer(context, parameters.required("user_id"), checks.check(request));
  }

  private void check(Context context) {
    Parameters parameters = Parameters.of(context);
    answer(context, parameters.required("user_id"), checks.check(request(parameters)));
  }

  private static CheckedRequest request(Parameters parameters) {
    return CheckedRequest.of(
        parameters.required("user_id"), parameters.path("endpoint").orElse("/"));
  }

  private void status(Context context) {
    String user = context.pathParam("user_id");
    String endpoint = Parameters.of(context).path("endpoint").orElse("/");
    answer(context, user, 200, checks.peek(CheckedRequest.of(user, endpoint)));
  }

  private static void answer(Context context, String user, CheckResult result) {
    result.headers().forEach(context::header);
    answer(context, user, CheckAnswer.status(result), result);
  }

  private static void answer(Context context, String user, int status, CheckResult result) {
    CheckAnswer answer = CompatAnswers.of(result);
    Answers.json(
        context,
        status,
        new Checked(
            user,
            answer.allowed(),
            answer.limit(),
            answer.remaining(),
            answer.resetAt(),
            CompatAnswers.retryAfter(answer).orElse(null)));
  }

  private void analytics(Context context) {
    Instant now = Instant.now();
    GlobalStats stats = statistics.global(now.minus(WINDOW), now, MOST);
    Answers.json(
        context,
        200,
        new Analytics(
            stats.from().toString(),
            stats.to().toString(),
            stats.allowed() + stats.rejected() + stats.errors(),
            stats.allowed(),
            stats.rejected(),
            stats.rejectionRate(),
            Limited.of(stats.users()),
            Limited.of(stats.endpoints())));
  }

  // --- users -----------------------------------------------------------------------------------

  private void readUser(Context context) {
    String id = userId(Parameters.of(context));
    answer(context, 200, UserIds.find(users, id));
  }

  /** Other limits of the user, and his tier, stay. */
  private void saveUser(Context context) {
    Parameters parameters = Parameters.of(context);
    String id = userId(parameters);
    String limits = BucketLimits.text(parameters);
    Optional<User> before = users.find(id);
    Map<String, String> all = new TreeMap<>(before.map(User::limits).orElse(Map.of()));
    all.put(User.EVERY_RULE, limits);
    User saved =
        users.save(
            id,
            new User.Settings(before.flatMap(User::tier), all),
            OptionalLong.of(before.map(User::version).orElse(0L)),
            Guard.caller(context).name());
    answer(context, before.isPresent() ? 200 : 201, saved);
  }

  private static void answer(Context context, int status, User user) {
    Map<String, Object> form = new LinkedHashMap<>();
    form.put("user_id", user.id());
    user.tier().ifPresent(tier -> form.put("tier", tier));
    Optional.ofNullable(user.limits().get(User.EVERY_RULE))
        .ifPresent(limits -> form.putAll(BucketLimits.numbers(limits)));
    form.put("limits", user.limits());
    form.put("created_at", user.createdAt().toString());
    form.put("updated_at", user.updatedAt().toString());
    Answers.json(context, status, form);
  }

  private void deleteUser(Context context) {
    String id = userId(Parameters.of(context));
    boolean existed = data.remove(id, Guard.caller(context).name()).existed();
    Answers.json(context, 200, new Deleted(id, existed));
  }

  private static String userId(Parameters parameters) {
    return UserIds.check(parameters.required("user_id"));
  }

  // --- rules -----------------------------------------------------------------------------------

  private void readRules(Context context) {
    RuleVersion version = rules.current();
    List<ObjectNode> all =
        AdminRules.all(version).stream().map(rule -> AdminRules.form(version, rule)).toList();
    Answers.json(context, 200, new RuleList(all, all.size()));
  }

  private void createRule(Context context) {
    answer(context, 201, rules.create(Guard.caller(context), Parameters.of(context).body()));
  }

  private void updateRule(Context context) {
    answer(
        context,
        200,
        rules.update(
            Guard.caller(context),
            context.pathParam("id"),
            Parameters.of(context).body(),
            rules.current().number()));
  }

  private static void answer(Context context, int status, AdminRules.Changed changed) {
    Answers.json(context, status, AdminRules.form(changed.version(), changed.rule()));
  }

  private void deleteRule(Context context) {
    rules.delete(Guard.caller(context), context.pathParam("id"), rules.current().number());
    context.status(204);
  }
}
