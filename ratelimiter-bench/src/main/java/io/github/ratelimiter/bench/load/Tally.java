package io.github.ratelimiter.bench.load;

import io.github.ratelimiter.Decision;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** What one thread has counted. Others may look at the timeline meanwhile. */
final class Tally {
  private static final long LONGEST_NANOS = 60_000_000_000L;
  private static final int DIGITS = 3;

  private final Phase phase;
  private final AuditLog.@Nullable Writer log;
  private final Timeline timeline;
  private final Histogram hits = histogram();
  private final Histogram asked = histogram();
  private long late;
  private long failed;

  Tally(Phase phase, Timeline.Scale scale, AuditLog.@Nullable Writer log) {
    this.phase = phase;
    this.timeline = new Timeline(scale);
    this.log = log;
  }

  static Histogram histogram() {
    return new Histogram(LONGEST_NANOS, DIGITS);
  }

  /**
   * Counts an answer.
   *
   * @param decision null if there was none
   * @param since when it was asked for, or should have been
   * @param sent when it was asked for
   * @param now when it was there
   */
  void answered(@Nullable Decision decision, int key, long since, long sent, long now) {
    if (decision == null) {
      failed += phase.isOver(now) ? 0 : 1;
      return;
    }
    Kind kind = Kind.of(decision);
    if (log != null && kind.allowed()) {
      log.admitted(key, sent, now);
    }
    if (phase.isOver(now)) {
      late++;
      return;
    }
    timeline.count(kind, phase.mix().isHot(key), now);
    (kind.isHit() ? hits : asked).recordValue(Math.min(now - since, LONGEST_NANOS));
  }

  Timeline timeline() {
    return timeline;
  }

  /** Nanoseconds of the decisions that were made in the instance. */
  Histogram hits() {
    return hits;
  }

  /** Nanoseconds of the decisions that the store made. */
  Histogram asked() {
    return asked;
  }

  /** Decisions after the end. */
  long late() {
    return late;
  }

  /** Requests without a decision. */
  long failed() {
    return failed;
  }
}
