package io.github.ratelimiter;

/** Where the windows of a {@link FixedWindow} or a {@link SlidingWindow} begin. */
public enum WindowStart {
  /**
   * At multiples of the period since the Unix epoch, for all keys alike: a day begins at 0:00 UTC.
   */
  EPOCH,

  /** With the first permit that a key is granted while it has no window. */
  FIRST_USE
}
