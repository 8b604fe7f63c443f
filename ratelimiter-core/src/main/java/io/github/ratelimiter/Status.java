package io.github.ratelimiter;

import java.time.Instant;

/** The state of a limiter for health checks: whether it can decide, and by what. Immutable. */
public sealed interface Status {
  /** The store has not answered since it was created. */
  record Starting() implements Status {}

  /** The store decides. */
  record Ready() implements Status {}

  /**
   * The store does not decide. A fallback does if there is one; otherwise calls fail.
   *
   * @param since when the state began
   * @param reason why, for people
   */
  record Degraded(Instant since, String reason) implements Status {}

  /** The limiter or its store is closed. Calls fail. */
  record Closed() implements Status {}

  /**
   * Returns whether the store decides.
   *
   * @return true if this is {@link Ready}
   */
  default boolean isReady() {
    return this instanceof Ready;
  }
}
