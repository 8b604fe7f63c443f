package io.github.ratelimiter.bench.load;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.Source;

/** Where a decision came from, and what it was. */
enum Kind {
  /** Allowed by a lease. */
  LEASE,

  /** Refused without asking. */
  CACHED_REFUSAL,

  /** Allowed by the store. */
  STORE_ALLOWED,

  /** Refused by the store. */
  STORE_REFUSED;

  static final int COUNT = values().length;

  static Kind of(Decision decision) {
    Source source = decision.source();
    if (source == Source.LEASE) {
      return LEASE;
    }
    if (source == Source.CACHED_REFUSAL) {
      return CACHED_REFUSAL;
    }
    return decision.allowed() ? STORE_ALLOWED : STORE_REFUSED;
  }

  boolean isHit() {
    return this == LEASE || this == CACHED_REFUSAL;
  }

  boolean allowed() {
    return this == LEASE || this == STORE_ALLOWED;
  }
}
