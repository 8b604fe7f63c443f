package io.github.ratelimiter.server.check;

import io.github.ratelimiter.http.ProblemType;
import io.github.ratelimiter.http.Refusal;
import io.github.ratelimiter.rules.NewKeyBound;

/**
 * Why a request is refused, for programs and for people. Immutable.
 *
 * @param code the kind of reason
 * @param message a sentence for people; it contains no key
 */
public record RefusalReason(Code code, String message) {
  /** The kinds of reasons. Their names are part of the contract. */
  public enum Code {
    /** A limit refuses. */
    RATE_LIMIT_EXCEEDED,

    /** The client is on the list of denied clients. */
    ACCESS_DENIED,

    /** The client has requested a honeypot. */
    CLIENT_BANNED,

    /** The store has no room for new keys. */
    STORE_ALMOST_FULL,

    /** The limits could not decide. */
    NOT_DECIDED
  }

  /** Returns the reason of a refusal. */
  public static RefusalReason of(Refusal refusal) {
    if (refusal.type().equals(ProblemType.FORBIDDEN)) {
      return new RefusalReason(Code.ACCESS_DENIED, "The client is denied");
    }
    if (refusal.decision().isPresent()) {
      String when = refusal.retryAfterSeconds().map(" Retry after %d s."::formatted).orElse("");
      return new RefusalReason(
          Code.RATE_LIMIT_EXCEEDED,
          "Rate limit exceeded: %s.%s"
              .formatted(String.join(", ", refusal.violatedPolicies()), when)
              .strip());
    }
    if (refusal.type().equals(ProblemType.ABNORMAL_USAGE_DETECTED)) {
      return new RefusalReason(Code.CLIENT_BANNED, "The client is banned");
    }
    if (refusal.violatedPolicies().contains(NewKeyBound.POLICY)) {
      return new RefusalReason(
          Code.STORE_ALMOST_FULL, "The store is almost full; new keys are refused");
    }
    return new RefusalReason(Code.NOT_DECIDED, "The limits could not be decided; try again");
  }
}
