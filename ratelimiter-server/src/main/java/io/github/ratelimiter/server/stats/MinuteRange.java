package io.github.ratelimiter.server.stats;

import java.time.Instant;

/**
 * Minutes since 1970, both ends included. Immutable.
 *
 * @param first the first one
 * @param last the last one
 */
record MinuteRange(long first, long last) {
  /** Returns the minutes in which a part of a time is. */
  static MinuteRange of(Instant from, Instant to) {
    return new MinuteRange(
        Math.floorDiv(from.getEpochSecond(), 60), Math.floorDiv(to.getEpochSecond(), 60));
  }

  boolean contains(long minute) {
    return first <= minute && minute <= last;
  }

  static Instant start(long minute) {
    return Instant.ofEpochSecond(60 * minute);
  }
}
