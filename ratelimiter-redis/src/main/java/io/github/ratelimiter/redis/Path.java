package io.github.ratelimiter.redis;

/** Sends requests to the servers. */
sealed interface Path permits GroupedPath, PlainPath {
  /** Sends a request, or keeps it to be sent soon. Never waits. */
  void submit(PendingRequest pending);

  /** Sends a request, or keeps it to be sent soon. Its keys are under one hash tag. Never waits. */
  void submit(PendingJoint pending);

  /**
   * Completes requests with a deadline that has passed.
   *
   * @return false if no request waits
   */
  boolean sweep(Now now);
}
