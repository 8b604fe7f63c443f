package io.github.ratelimiter.fallback;

/** What callers are told while the store does not answer. */
public enum FallbackMode {
  /**
   * Go on: to be refused would do more harm than to exceed the limit. What can never be granted, a
   * call for more than the limit or any call under a limit of 0, is refused here as well.
   */
  ALLOW,

  /** Wait: to exceed the limit would do more harm than to be refused. A login, for example. */
  REFUSE,

  /**
   * Decide in this process, under this instance's share of the limit: all instances together admit
   * no more than the limit.
   */
  LOCAL
}
