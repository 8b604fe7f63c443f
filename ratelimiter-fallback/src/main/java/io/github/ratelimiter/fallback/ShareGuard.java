package io.github.ratelimiter.fallback;

import io.github.ratelimiter.TimeSource;

/**
 * Knows whether this instance is still limited to its share although the store decides again. This
 * lasts for five seconds after an outage, or for two waits between probes if that is longer.
 *
 * <p>Instances do not notice the end of an outage at the same time. Without the guard, the store
 * would grant to the first instances what the others admitted and have not charged yet. With it no
 * instance admits more than its share, and all shares together are the limit. Thread-safe.
 */
final class ShareGuard {
  private static final long MINIMUM_MICROS = KnownInstances.REMOVE_AFTER_MICROS;
  private static final long INACTIVE = Long.MIN_VALUE;

  private final Shares shares;
  private final long micros;
  private final TimeSource time;
  private volatile long until = INACTIVE;
  private volatile boolean misconfigured;

  /**
   * Creates a guard that is not active.
   *
   * @param waitMicros the longest time until an instance notices that an outage is over
   */
  ShareGuard(Shares shares, long waitMicros, TimeSource time) {
    this.shares = shares;
    this.micros = Math.max(MINIMUM_MICROS, 2 * waitMicros);
    this.time = time;
  }

  /** Starts the guard now: an outage has ended, or ends later. */
  void start() {
    if (shares.areSeveral()) {
      until = time.nowMicros() + micros;
    }
  }

  /**
   * The store did not decide because of its configuration. The guard stays active until it does.
   */
  void storeMisconfigured() {
    if (shares.areSeveral()) {
      start();
      misconfigured = true;
    }
  }

  /** Returns whether the store did not decide the last request because of its configuration. */
  boolean isStoreMisconfigured() {
    return misconfigured;
  }

  void storeDecided() {
    if (misconfigured) {
      start();
      misconfigured = false;
    }
  }

  boolean isActive() {
    return until != INACTIVE && (misconfigured || leftMicros() > 0);
  }

  /** Returns the time until the guard ends, in microseconds; 0 if it is not active. */
  long leftMicros() {
    long end = until;
    if (end == INACTIVE) {
      return 0;
    }
    long left = end - time.nowMicros();
    if (left > micros) {
      // The clock was set back.
      start();
      return micros;
    }
    if (left <= 0 && !misconfigured) {
      until = INACTIVE;
    }
    return Math.max(left, 0);
  }
}
