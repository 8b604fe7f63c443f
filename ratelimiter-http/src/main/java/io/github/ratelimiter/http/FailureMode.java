package io.github.ratelimiter.http;

/**
 * What happens to a request that cannot be decided: the store fails and no fallback decides, or the
 * application's code that chooses limits and keys throws an exception.
 */
public enum FailureMode {
  /** The request is allowed. */
  ALLOW,

  /** The request is refused with 503. */
  REFUSE
}
