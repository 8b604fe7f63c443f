package io.github.ratelimiter.spring;

/** When a request is decided on. Without Spring Security, there is one phase for all limits. */
public enum RequestPhase {
  /**
   * Before Spring Security. Nobody is authenticated yet. Requests count that Spring Security
   * answers itself, for example those with a wrong password.
   */
  BEFORE_SECURITY,

  /** After Spring Security. The user is known. */
  AFTER_SECURITY
}
