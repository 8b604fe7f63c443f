package io.github.ratelimiter.server.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.LimitStatus;
import io.github.ratelimiter.JointDecision;
import io.github.ratelimiter.JointDecision.PartDecision;
import io.github.ratelimiter.http.Refusal;
import io.github.ratelimiter.rules.Honeypots;
import io.github.ratelimiter.server.check.BindingLimit;
import io.github.ratelimiter.server.check.CheckResult;
import io.github.ratelimiter.server.check.RefusalReason;
import java.time.Instant;
import java.util.List;
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

  /** Returns the answer to a check. */
  public static CheckAnswer of(CheckResult result, Instant now) {
    Optional<BindingLimit> binding = result.decision().flatMap(BindingLimit::of);
    @Nullable Long limit = binding.map(BindingLimit::limit).orElse(null);
    @Nullable Long resetAt = binding.map(found -> found.resetAt(now)).orElse(null);
    return new CheckAnswer(
        result.allowed(),
        limit,
        binding.map(BindingLimit::remaining).orElse(null),
        resetAt,
        result.decision().map(CheckAnswer::source).orElse(null),
        result.decision().map(CheckAnswer::rules).orElse(List.of()),
        result.refusal().map(refusal -> error(refusal, limit, resetAt)).orElse(null));
  }

  /** Returns the status code of an answer to a check. */
  public static int status(CheckResult result) {
    return result.refusal().map(refusal -> refusal.type().status()).orElse(200);
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
                    status.limit().text(),
                    status.remaining(),
                    decision.allowed(),
                    !part.part().isObserved()))
        .toList();
  }

  private static Error error(Refusal refusal, @Nullable Long limit, @Nullable Long resetAt) {
    RefusalReason reason = RefusalReason.of(refusal);
    return new Error(
        reason.code().name(),
        reason.message(),
        limit,
        refusal.retryAfterSeconds().orElse(null),
        resetAt);
  }
}
