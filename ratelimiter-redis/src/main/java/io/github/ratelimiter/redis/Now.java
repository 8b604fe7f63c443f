package io.github.ratelimiter.redis;

import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.store.Deadline;
import org.jspecify.annotations.Nullable;

/**
 * Caches one reading of the clock for the deadlines of one sweep. Nearly all deadlines have the
 * same clock, and reading it for each would cost more than the rest of the sweep. Used by one
 * thread.
 */
final class Now {
  private final boolean ended;
  private @Nullable TimeSource clock;
  private long micros;

  private Now(boolean ended) {
    this.ended = ended;
  }

  static Now look() {
    return new Now(false);
  }

  /** Returns an instant after every deadline, to complete all requests. */
  static Now atTheEnd() {
    return new Now(true);
  }

  boolean isPast(Deadline deadline) {
    if (clock != deadline.timeSource()) {
      clock = deadline.timeSource();
      micros = clock.nowMicros();
    }
    return ended || micros >= deadline.micros();
  }
}
