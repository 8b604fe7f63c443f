package io.github.ratelimiter.micrometer;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.Outcome;
import io.github.ratelimiter.Decision.Source;

/** Why a request for permits was rejected. */
enum Reason {
  /** The permits of the limit are in use. */
  LIMIT,

  /** The request is for more than the limit can ever hold. */
  IMPOSSIBLE,

  /** A fallback refused it, while the store did not decide. */
  OUTAGE;

  static Reason of(Decision refusal) {
    if (refusal.outcome() == Outcome.IMPOSSIBLE) {
      return IMPOSSIBLE;
    }
    return refusal.source() == Source.FALLBACK ? OUTAGE : LIMIT;
  }
}
