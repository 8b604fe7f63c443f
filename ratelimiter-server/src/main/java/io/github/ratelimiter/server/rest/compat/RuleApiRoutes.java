package io.github.ratelimiter.server.rest.compat;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.ratelimiter.rules.RuleVersion;
import io.github.ratelimiter.server.admin.AdminRules;
import io.github.ratelimiter.server.check.CheckResult;
import io.github.ratelimiter.server.check.RuleChecks;
import io.github.ratelimiter.server.rest.Answers;
import io.github.ratelimiter.server.rest.CheckAnswer;
import io.github.ratelimiter.server.rest.Guard;
import io.github.ratelimiter.server.rest.ProblemException;
import io.github.ratelimiter.server.rest.Routes;
import io.github.ratelimiter.server.security.Access;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Checks of a client against a rule, and rules of which those with a higher priority come first.
 */
public final class RuleApiRoutes implements Routes {
  private static final int HIGHEST_PRIORITY = 1_000_000;

  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Checked(
      boolean allowed,
      @Nullable Long remaining,
      @Nullable Long resetAt,
      @Nullable Long retryAfter) {}

  private record Replaced(long revision, int total) {}

  private final RuleChecks checks;
  private final AdminRules rules;

  /** Creates routes. */
  public RuleApiRoutes(RuleChecks checks, AdminRules rules) {
    this.checks = checks;
    this.rules = rules;
  }

  @Override
  public void addTo(RoutesConfig routes) {
    routes.post("/rate-limit/check", this::check, Access.PUBLIC);
    routes.put("/rate-limits/rules", this::replace, Access.WRITE);
  }

  private void check(Context context) {
    Parameters parameters = Parameters.of(context);
    CheckResult result =
        OneRule.check(
            checks, parameters.required("rule_id"), parameters.required("client_id"), "rule_id");
    CheckAnswer answer = CompatAnswers.of(result);
    result.headers().forEach(context::header);
    Answers.json(
        context,
        CheckAnswer.status(result),
        new Checked(
            answer.allowed(),
            answer.remaining(),
            answer.resetAt(),
            CompatAnswers.retryAfter(answer).orElse(null)));
  }

  /** Other parts than rules stay. */
  private void replace(Context context) {
    ObjectNode body = Parameters.of(context).body();
    if (!(body.get("rules") instanceof ArrayNode sent) || body.size() > 1) {
      throw ProblemException.badField("rules", "rules: expected a list of rules, and nothing else");
    }
    ArrayNode replaced = JsonNodeFactory.instance.arrayNode();
    sent.forEach(rule -> replaced.add(lowerFirst(rule)));
    ObjectNode form = JsonNodeFactory.instance.objectNode();
    form.set("rules", replaced);
    RuleVersion version = rules.replace(Guard.caller(context), form, rules.current().number());
    Answers.json(context, 200, new Replaced(version.number(), AdminRules.all(version).size()));
  }

  /** In the service, lower numbers come first. */
  private static JsonNode lowerFirst(JsonNode rule) {
    if (!(rule instanceof ObjectNode fields)) {
      return rule;
    }
    ObjectNode form = fields.deepCopy();
    OtherForms.windows(form);
    OtherForms.path(form);
    long priority = Optional.ofNullable(form.get("priority")).map(RuleApiRoutes::number).orElse(0L);
    return form.put("priority", HIGHEST_PRIORITY - priority);
  }

  private static long number(JsonNode priority) {
    if (priority.isIntegralNumber()
        && priority.canConvertToInt()
        && priority.intValue() >= 0
        && priority.intValue() <= HIGHEST_PRIORITY) {
      return priority.intValue();
    }
    throw ProblemException.badField(
        "priority", "priority: found %s, expected 0 to %d".formatted(priority, HIGHEST_PRIORITY));
  }
}
