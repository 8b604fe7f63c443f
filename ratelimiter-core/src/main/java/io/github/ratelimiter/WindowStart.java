package io.github.ratelimiter;

/** Defines when the windows of a {@link FixedWindow} or a {@link SlidingWindow} begin. */
public enum WindowStart {
  /**
   * Windows begin at multiples of the period since the Unix epoch, for all keys at the same time. A
   * window of one day begins at 0:00 UTC.
   */
  EPOCH,

  /** A window begins with the first permit that is granted to a key that has no window. */
  FIRST_USE
}
