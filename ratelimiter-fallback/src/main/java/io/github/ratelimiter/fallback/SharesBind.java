package io.github.ratelimiter.fallback;

import io.github.ratelimiter.TimeSource;

/**
 * Whether an instance that asks the store is still bound by its share: for five seconds after an
 * outage, or two waits for a probe if they are longer. Instances do not notice its end at the same
 * time. Those that do first would be granted by the store what others have admitted without it and
 * not charged yet. Meanwhile nobody is admitted more than its share, and all shares together are
 * the limit.
 */
final class SharesBind {
  private static final long LEAST_MICROS = Members.CALM_MICROS;
  private static final long OFF = Long.MIN_VALUE;

  private final Shares shares;
  private final long micros;
  private final TimeSource time;
  private volatile long until = OFF;
  private volatile boolean mistaken;

  /**
   * Shares that do not bind yet.
   *
   * @param waitMicros how long an instance may take to notice that an outage is over
   */
  SharesBind(Shares shares, long waitMicros, TimeSource time) {
    this.shares = shares;
    this.micros = Math.max(LEAST_MICROS, 2 * waitMicros);
    this.time = time;
  }

  /** An outage ends now, at the earliest. */
  void fromNow() {
    if (shares.areSeveral()) {
      until = time.nowMicros() + micros;
    }
  }

  /** The store did not decide, because it is set up wrongly: until it does, nothing is over. */
  void mistaken() {
    if (shares.areSeveral()) {
      fromNow();
      mistaken = true;
    }
  }

  /** Whether the store was set up wrongly when it was last asked. */
  boolean areMistaken() {
    return mistaken;
  }

  void storeDecided() {
    if (mistaken) {
      fromNow();
      mistaken = false;
    }
  }

  boolean areOn() {
    return until != OFF && (mistaken || leftMicros() > 0);
  }

  /** For how long they are; 0 if they are not. */
  long leftMicros() {
    long end = until;
    if (end == OFF) {
      return 0;
    }
    long left = end - time.nowMicros();
    if (left > micros) {
      // The clock was set back.
      fromNow();
      return micros;
    }
    if (left <= 0 && !mistaken) {
      until = OFF;
    }
    return Math.max(left, 0);
  }
}
