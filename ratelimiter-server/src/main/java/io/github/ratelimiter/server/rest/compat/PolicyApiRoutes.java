package io.github.ratelimiter.server.rest.compat;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.ratelimiter.rules.Rule;
import io.github.ratelimiter.rules.postgresql.RuleStamp;
import io.github.ratelimiter.server.admin.AdminRules;
import io.github.ratelimiter.server.check.CheckResult;
import io.github.ratelimiter.server.check.CheckedRequest;
import io.github.ratelimiter.server.check.Checks;
import io.github.ratelimiter.server.check.RuleChecks;
import io.github.ratelimiter.server.rest.Answers;
import io.github.ratelimiter.server.rest.CheckAnswer;
import io.github.ratelimiter.server.rest.Guard;
import io.github.ratelimiter.server.rest.Problem;
import io.github.ratelimiter.server.rest.ProblemException;
import io.github.ratelimiter.server.rest.Routes;
import io.github.ratelimiter.server.security.Access;
import io.github.ratelimiter.server.stats.GlobalStats;
import io.github.ratelimiter.server.stats.Statistics;
import io.github.ratelimiter.server.stats.UserStats;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Checks, policies and metrics under {@code /api}, in camel case. A policy is a rule with one
 * limit.
 */
public final class PolicyApiRoutes implements Routes {
  private static final String CHECK = "/api/rate-limit/";
  private static final String POLICIES = "/api/config/rate-limits";
  private static final String METRICS = "/api/metrics/rate-limits";
  private static final String ALL_APIS = "*";
  private static final Duration WINDOW = Duration.ofHours(1);
  private static final int MOST_USERS = 10;

  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Checked(
      boolean allowed,
      @Nullable Long remaining,
      @JsonProperty("resetTime") @Nullable String resetTime,
      @JsonProperty("retryAfter") @Nullable Long retryAfter,
      @JsonProperty("policyID") @Nullable String policyId) {}

  private record Reset(boolean reset, int policies) {}

  private record Metric(
      @JsonProperty("userID") String userId,
      String api,
      long requests,
      long blocked,
      String timestamp) {}

  private final Checks checks;
  private final RuleChecks ruleChecks;
  private final Statistics statistics;
  private final AdminRules rules;

  /** Creates routes. */
  public PolicyApiRoutes(
      Checks checks, RuleChecks ruleChecks, Statistics statistics, AdminRules rules) {
    this.checks = checks;
    this.ruleChecks = ruleChecks;
    this.statistics = statistics;
    this.rules = rules;
  }

  @Override
  public void addTo(RoutesConfig routes) {
    routes.get(CHECK + "check", this::check, Access.PUBLIC);
    routes.get(
        CHECK + "status",
        context -> answer(context, checks.peek(request(Parameters.of(context)))),
        Access.PUBLIC);
    routes.post(CHECK + "reset", this::reset, Access.PUBLIC);
    routes.get(POLICIES, this::policies, Access.READ);
    routes.post(POLICIES, this::create, Access.WRITE);
    routes.put(POLICIES + "/{policyID}", this::update, Access.WRITE);
    routes.get(METRICS, this::metrics, Access.READ);
    routes.get(METRICS + "/<userID>", this::metric, Access.READ);
  }

  // --- checks ----------------------------------------------------------------------------------

  /** The algorithm is that of the policy. So a name of one is accepted, and has no effect. */
  private void check(Context context) {
    Parameters parameters = Parameters.of(context);
    CheckedRequest request = request(parameters);
    Optional<String> policy = parameters.text("policyID");
    answer(
        context,
        policy.isPresent()
            ? OneRule.check(ruleChecks, policy.get(), parameters.required("userID"), "policyID")
            : checks.check(request));
  }

  private static CheckedRequest request(Parameters parameters) {
    String user = parameters.required("userID");
    parameters.required("api");
    return CheckedRequest.of(user, parameters.path("api").orElseThrow());
  }

  private static void answer(Context context, CheckResult result) {
    CheckAnswer answer = CompatAnswers.of(result);
    result.headers().forEach(context::header);
    Answers.json(
        context,
        CheckAnswer.status(result),
        new Checked(
            answer.allowed(),
            answer.remaining(),
            answer.resetAt() == null ? null : Instant.ofEpochSecond(answer.resetAt()).toString(),
            CompatAnswers.retryAfter(answer).orElse(null),
            CompatAnswers.bindingRule(answer).orElse(null)));
  }

  private void reset(Context context) {
    int count = checks.reset(request(Parameters.of(context))).size();
    Answers.json(context, 200, new Reset(true, count));
  }

  // --- policies --------------------------------------------------------------------------------

  private void policies(Context context) {
    Map<String, RuleStamp> stamps = rules.stamps();
    List<PolicyForm> all =
        AdminRules.all(rules.current()).stream()
            .map(rule -> PolicyForm.of(rule, stamps.get(rule.id())))
            .toList();
    Answers.json(context, 200, all);
  }

  private void create(Context context) {
    ObjectNode form = PolicyForm.rule(Parameters.of(context).body(), true);
    AdminRules.Changed changed = rules.create(Guard.caller(context), form);
    answer(context, 201, changed.rule());
  }

  private void update(Context context) {
    ObjectNode form = PolicyForm.rule(Parameters.of(context).body(), false);
    AdminRules.Changed changed =
        rules.update(
            Guard.caller(context), context.pathParam("policyID"), form, rules.current().number());
    answer(context, 200, changed.rule());
  }

  private void answer(Context context, int status, Rule rule) {
    Answers.json(context, status, PolicyForm.of(rule, rules.stamps().get(rule.id())));
  }

  // --- metrics ---------------------------------------------------------------------------------

  /** The users who were blocked most in the last hour. */
  private void metrics(Context context) {
    Instant now = Instant.now();
    GlobalStats stats = statistics.global(now.minus(WINDOW), now, MOST_USERS);
    Answers.json(context, 200, stats.users().stream().map(user -> metric(user.name())).toList());
  }

  private void metric(Context context) {
    Metric metric = metric(context.pathParam("userID"));
    if (metric.requests() == 0) {
      throw new ProblemException(
          Problem.of(404, "There are no metrics", "the user has made no checks in the last hour"));
    }
    Answers.json(context, 200, metric);
  }

  private Metric metric(String user) {
    UserStats stats = statistics.user(user, WINDOW);
    return new Metric(
        user,
        ALL_APIS,
        stats.allowed() + stats.rejected(),
        stats.rejected(),
        stats.to().toString());
  }
}
