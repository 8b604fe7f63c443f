package io.github.ratelimiter.server.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.LimitStatus;
import io.github.ratelimiter.JointDecision;
import io.github.ratelimiter.JointDecision.PartDecision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.http.ProblemType;
import io.github.ratelimiter.http.RateLimitHeaders;
import io.github.ratelimiter.http.Refusal;
import io.github.ratelimiter.rules.Honeypots;
import io.github.ratelimiter.rules.NewKeyBound;
import io.github.ratelimiter.server.check.CheckResult;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a check. Limit, remaining and reset are those of the limit that binds; without a
 * limit they are missing.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CheckAnswer(
    boolean allowed,
    @Nullable Long limit,
    @Nullable Long remaining,
    @Nullable Long resetAt,
    @Nullable String source,
    List<RuleState> rules,
    @Nullable Error error) {
  /** The state of one limit of a rule. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record RuleState(
      String rule, String limit, long remaining, boolean allowed, boolean enforced) {}

  /** Why a request is refused. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Error(
      String code,
      String message,
      @Nullable Long limit,
      @Nullable Long retryAfter,
      @Nullable Long resetAt) {}

  private static final RateLimitHeaders NUMBERS = RateLimitHeaders.legacy();

  /** Returns the answer to a check. */
  public static CheckAnswer of(CheckResult result, Instant now) {
    Map<String, String> numbers =
        result.decision().map(decision -> NUMBERS.of(decision, now)).orElse(Map.of());
    @Nullable Long limit = number(numbers, "X-RateLimit-Limit");
    @Nullable Long resetAt = number(numbers, "X-RateLimit-Reset");
    return new CheckAnswer(
        result.allowed(),
        limit,
        number(numbers, "X-RateLimit-Remaining"),
        resetAt,
        result.decision().map(CheckAnswer::source).orElse(null),
        result.decision().map(CheckAnswer::rules).orElse(List.of()),
        result.refusal().map(refusal -> error(refusal, limit, resetAt)).orElse(null));
  }

  private static @Nullable Long number(Map<String, String> numbers, String name) {
    String value = numbers.get(name);
    return value == null ? null : Long.valueOf(value);
  }

  private static String source(JointDecision decision) {
    boolean here =
        decision.parts().stream()
            .anyMatch(part -> part.decision().source() == Decision.Source.FALLBACK);
    return here ? "fallback" : "store";
  }

  private static List<RuleState> rules(JointDecision decision) {
    return decision.parts().stream()
        .filter(part -> !part.decision().policy().name().equals(Honeypots.POLICY))
        .flatMap(part -> states(part).stream())
        .toList();
  }

  private static List<RuleState> states(PartDecision part) {
    Decision decision = part.decision();
    return decision.limits().stream()
        .map(
            (LimitStatus status) ->
                new RuleState(
                    decision.policy().name(),
                    Policy.of(decision.policy().name(), status.limit()).text(),
                    status.remaining(),
                    decision.allowed(),
                    !part.part().isObserved()))
        .toList();
  }

  private static Error error(Refusal refusal, @Nullable Long limit, @Nullable Long resetAt) {
    Optional<Long> retryAfter = refusal.retryAfterSeconds();
    if (refusal.type().equals(ProblemType.FORBIDDEN)) {
      return new Error("ACCESS_DENIED", "The client is denied", null, null, null);
    }
    if (refusal.decision().isEmpty()
        && refusal.type().equals(ProblemType.ABNORMAL_USAGE_DETECTED)) {
      return new Error(
          "CLIENT_BANNED", "The client is banned", null, retryAfter.orElse(null), null);
    }
    if (refusal.violatedPolicies().contains(NewKeyBound.POLICY) && refusal.decision().isEmpty()) {
      return new Error(
          "STORE_ALMOST_FULL", "The store is almost full; new keys are refused", null, null, null);
    }
    if (refusal.decision().isEmpty()) {
      return new Error(
          "NOT_DECIDED", "The limits could not be decided; try again", null, null, null);
    }
    String when = retryAfter.map(" Retry after %d s."::formatted).orElse("");
    return new Error(
        "RATE_LIMIT_EXCEEDED",
        "Rate limit exceeded: %s.%s"
            .formatted(String.join(", ", refusal.violatedPolicies()), when)
            .strip(),
        limit,
        retryAfter.orElse(null),
        resetAt);
  }
}
