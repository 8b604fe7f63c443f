package io.github.ratelimiter.bench.generator;

import io.github.ratelimiter.bench.limiter.Answer;
import java.util.concurrent.atomic.AtomicLongArray;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** The counts of one thread. Other threads may read the counts meanwhile. */
final class Tally {
  private final Phase phase;
  private final AuditLog.@Nullable Writer log;
  private final AtomicLongArray counts = new AtomicLongArray(2 * Answer.COUNT);
  private final Histogram hits = Outcome.histogram();
  private final Histogram asked = Outcome.histogram();
  private long late;
  private long failed;

  Tally(Phase phase, AuditLog.@Nullable Writer log) {
    this.phase = phase;
    this.log = log;
  }

  /**
   * Counts an answer.
   *
   * @param answer null if the request failed
   * @param since when the request was made, or should have been made
   * @param sent when the request was made
   * @param now when the answer was there
   */
  void answered(@Nullable Answer answer, int key, long since, long sent, long now) {
    if (answer == null) {
      failed += phase.isOver(now) ? 0 : 1;
      return;
    }
    if (log != null && answer.isAllowed()) {
      log.admitted(key, sent, now);
    }
    if (phase.isOver(now)) {
      late++;
      return;
    }
    int at = Outcome.at(answer, phase.mix().isHot(key));
    // Only this thread writes: readers need no fence.
    counts.setOpaque(at, counts.getPlain(at) + 1);
    Histogram nanos = answer.isHit() ? hits : asked;
    nanos.recordValue(Math.min(now - since, nanos.getHighestTrackableValue()));
  }

  void addCountsTo(long... sums) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += counts.getOpaque(i);
    }
  }

  /** Returns the nanoseconds of the answers that came from the instance. */
  Histogram hits() {
    return hits;
  }

  /** Returns the nanoseconds of the answers that came from the store. */
  Histogram asked() {
    return asked;
  }

  /** Returns the number of answers after the end. */
  long late() {
    return late;
  }

  /** Returns the number of requests without an answer. */
  long failed() {
    return failed;
  }
}
