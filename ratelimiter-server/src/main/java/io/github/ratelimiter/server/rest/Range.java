package io.github.ratelimiter.server.rest;

import org.jspecify.annotations.Nullable;

/** Checks numbers that must be there. */
final class Range {
  private Range() {}

  /**
   * Returns a number that is in a range.
   *
   * @throws ProblemException if it is not, or is missing
   */
  static long check(String field, @Nullable Long found, long least, long most) {
    if (found == null || found < least || found > most) {
      throw ProblemException.badField(
          field,
          "%s: %s, expected %d to %d"
              .formatted(field, found == null ? "is missing" : "found " + found, least, most));
    }
    return found;
  }
}
