package io.github.ratelimiter;

import java.time.Instant;

/** Whether a limiter can decide, and by what: for health checks. Immutable. */
public sealed interface Status {
  /** The store has not answered yet since it was created. */
  record Starting() implements Status {}

  /** The store decides. */
  record Ready() implements Status {}

  /**
   * The store does not decide. A fallback does, if there is one; else calls fail.
   *
   * @param since when it began
   * @param reason why, for people
   */
  record Degraded(Instant since, String reason) implements Status {}

  /** The limiter or its store is closed: calls fail. */
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
