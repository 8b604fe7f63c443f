package io.github.ratelimiter;

/** Where a decision came from. */
public enum Source {
  /** The store that holds the state. */
  STORE,

  /** Permits that this process had taken from the store before and was still holding. */
  LEASE,

  /** A refusal of the store that cannot have changed yet. */
  CACHED_REFUSAL,

  /** A rule for the time in which the store does not answer. */
  FALLBACK
}
