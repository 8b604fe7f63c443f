package io.github.ratelimiter.server.check;

import io.github.ratelimiter.JointDecision;
import io.github.ratelimiter.JointLimiter;
import io.github.ratelimiter.Key;
import io.github.ratelimiter.http.ProblemType;
import io.github.ratelimiter.http.Refusal;
import io.github.ratelimiter.net.IpAddress;
import io.github.ratelimiter.rules.KeyPart;
import io.github.ratelimiter.rules.Rule;
import io.github.ratelimiter.rules.RuleAction;
import io.github.ratelimiter.rules.RuleState;
import io.github.ratelimiter.rules.Rules;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Checks one client against one rule, whatever the client requests. Lists of clients and other
 * rules do not count. Thread-safe.
 */
public final class RuleChecks {
  private final Rules rules;
  private final CheckSurroundings around;

  /** Creates checks. */
  public RuleChecks(Rules rules, CheckSurroundings around) {
    this.rules = rules;
    this.around = around;
  }

  /**
   * Takes a permit of a rule.
   *
   * @param client a user, or what the key of the rule has: an API key, or an address
   * @return empty if no active rule has the ID
   * @throws IllegalArgumentException if the rule does not count one client alone
   */
  public Optional<CheckResult> check(String rule, String client) {
    return active(rule).map(found -> check(found, client));
  }

  private Optional<Rule> active(String id) {
    return rules.version().rules().rule(id).filter(rule -> rule.state() == RuleState.ACTIVE);
  }

  private CheckResult check(Rule rule, String client) {
    Key key = key(rule, client);
    CheckedRequest request = CheckedRequest.of(client, "/");
    return around.check(request, () -> decide(rule, key, request), Function.identity());
  }

  private CheckResult decide(Rule rule, Key key, CheckedRequest request) {
    JointLimiter.Part part = rules.limiter().part(key.text()).policy(rules.policyOf(rule, request));
    boolean shadowed = rules.isShadowed() || rule.action() == RuleAction.SHADOW;
    return result(rule, JointLimiter.of(shadowed ? part.observed() : part).tryAcquire());
  }

  private static CheckResult result(Rule rule, JointDecision decision) {
    if (decision.allowed()) {
      return new CheckResult(Optional.of(decision), Optional.empty(), Map.of());
    }
    Refusal refusal =
        new Refusal(
            ProblemType.QUOTA_EXCEEDED,
            decision.retryAfter(),
            List.of(rule.id()),
            Optional.of(decision));
    return new CheckResult(
        Optional.of(decision),
        Optional.of(refusal),
        refusal
            .retryAfterSeconds()
            .map(seconds -> Map.of("Retry-After", seconds.toString()))
            .orElse(Map.of()));
  }

  private static Key key(Rule rule, String client) {
    if (rule.key().size() == 1) {
      KeyPart part = rule.key().get(0);
      switch (part.kind()) {
        case CLIENT, USER:
          return Key.user(client);
        case API_KEY:
          return Key.apiKey(client);
        case IP:
          return Key.ip(IpAddress.parse(client).clientKey());
        case GLOBAL:
          return Key.global();
        default:
          break;
      }
    }
    throw new IllegalArgumentException(
        "rule '%s' counts %s, which a client alone does not tell; use /v1/ratelimit/check"
            .formatted(rule.id(), rule.key()));
  }
}
