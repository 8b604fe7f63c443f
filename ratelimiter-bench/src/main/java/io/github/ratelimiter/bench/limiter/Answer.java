package io.github.ratelimiter.bench.limiter;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.Source;

/** The answer to a request: allowed or refused, and by what. */
public enum Answer {
  /** Allowed by a lease, without a call to the store. */
  LEASE,

  /** Refused by the admission cache, without a call to the store. */
  CACHED_REFUSAL,

  /** Allowed by the store. */
  STORE_ALLOWED,

  /** Refused by the store. */
  STORE_REFUSED;

  /** The number of answers. */
  public static final int COUNT = values().length;

  /** Returns the answer of a limiter that returns a boolean. */
  static Answer of(boolean allowed) {
    return allowed ? STORE_ALLOWED : STORE_REFUSED;
  }

  /** Returns the answer for a decision of this library. */
  static Answer of(Decision decision) {
    Source source = decision.source();
    if (source == Source.LEASE) {
      return LEASE;
    }
    return source == Source.CACHED_REFUSAL ? CACHED_REFUSAL : of(decision.allowed());
  }

  /** Returns whether the answer needed no call to the store. */
  public boolean isHit() {
    return this == LEASE || this == CACHED_REFUSAL;
  }

  /** Returns whether the request was allowed. */
  public boolean isAllowed() {
    return this == LEASE || this == STORE_ALLOWED;
  }
}
