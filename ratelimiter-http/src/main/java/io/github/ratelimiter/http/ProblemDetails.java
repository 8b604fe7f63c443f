package io.github.ratelimiter.http;

import java.util.stream.Collectors;

/** Writes problem details (RFC 9457) of refusals as JSON. */
final class ProblemDetails {
  private ProblemDetails() {}

  static RefusalBody.Content of(Refusal refusal) {
    ProblemType type = refusal.type();
    String policies =
        refusal.violatedPolicies().stream()
            .map(ProblemDetails::quoted)
            .collect(Collectors.joining(",", "[", "]"));
    String text =
        "{\"type\":%s,\"title\":%s,\"status\":%d,\"detail\":%s,\"violated-policies\":%s}"
            .formatted(
                quoted(type.uri()),
                quoted(type.title()),
                type.status(),
                quoted(detail(refusal)),
                policies);
    return new RefusalBody.Content("application/problem+json", text);
  }

  private static String detail(Refusal refusal) {
    return refusal
        .retryAfterSeconds()
        .map(seconds -> "Retry after " + seconds + (seconds == 1 ? " second." : " seconds."))
        .orElseGet(() -> withoutRetry(refusal));
  }

  private static String withoutRetry(Refusal refusal) {
    if (refusal.decision().isPresent()) {
      return "This request can never be allowed: it asks for more than the limit.";
    }
    return refusal.type() == ProblemType.TEMPORARY_REDUCED_CAPACITY
        ? "The limits of this request cannot be checked now."
        : "This client is denied.";
  }

  /**
   * Requires a text without quotes, backslashes and control characters: names of policies have
   * none.
   */
  private static String quoted(String text) {
    return '"' + text + '"';
  }
}
