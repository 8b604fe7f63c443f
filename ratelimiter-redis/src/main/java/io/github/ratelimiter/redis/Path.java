package io.github.ratelimiter.redis;

/** How requests are sent to the servers. */
sealed interface Path permits GroupedPath, PlainPath {
  /** Sends a request, or keeps it to be sent soon. Never waits. */
  void submit(Pending pending);

  /**
   * Answers callers whose deadline has passed.
   *
   * @return false if nobody waits
   */
  boolean sweep(Now now);
}
