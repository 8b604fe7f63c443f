package io.github.ratelimiter.rules;

import java.util.Locale;

/** Which of the rules that match a request apply to it. */
public enum Combination {
  /** All of them, in one decision: the request is allowed if all allow it. */
  ALL,

  /** The first: the lowest priority, and among equals the first in the file. */
  FIRST,

  /**
   * The most specific: one with a condition and a key that name a user and a path, then a user,
   * then a path, then any other; among equals the first.
   */
  MOST_SPECIFIC;

  /**
   * Returns the name in files.
   *
   * @return for example {@code most-specific}
   */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
