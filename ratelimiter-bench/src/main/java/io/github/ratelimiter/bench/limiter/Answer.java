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
  STORE_REFUSED,

  /** Allowed by a fallback, while the store is down or slow. */
  FALLBACK_ALLOWED,

  /** Refused by a fallback, while the store is down or slow. */
  FALLBACK_REFUSED;

  /** The number of answers. */
  public static final int COUNT = values().length;

  /** Returns the answer of a limiter that returns a boolean. */
  static Answer of(boolean allowed) {
    return allowed ? STORE_ALLOWED : STORE_REFUSED;
  }

  /** Returns the answer for a decision of this library. */
  public static Answer ofDecision(Decision decision) {
    return switch (decision.source()) {
      case LEASE -> LEASE;
      case CACHED_REFUSAL -> CACHED_REFUSAL;
      case STORE -> of(decision.allowed());
      case FALLBACK -> decision.allowed() ? FALLBACK_ALLOWED : FALLBACK_REFUSED;
    };
  }

  /** Returns what decided. */
  public Source source() {
    return switch (this) {
      case LEASE -> Source.LEASE;
      case CACHED_REFUSAL -> Source.CACHED_REFUSAL;
      case STORE_ALLOWED, STORE_REFUSED -> Source.STORE;
      case FALLBACK_ALLOWED, FALLBACK_REFUSED -> Source.FALLBACK;
    };
  }

  /** Returns whether the answer needed no call to the store. */
  public boolean isHit() {
    return this == LEASE || this == CACHED_REFUSAL;
  }

  /** Returns whether the request was allowed. */
  public boolean isAllowed() {
    return this == LEASE || this == STORE_ALLOWED || this == FALLBACK_ALLOWED;
  }
}
