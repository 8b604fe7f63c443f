package io.github.ratelimiter.bench.generator;

import io.github.ratelimiter.bench.audit.AuditLog;
import io.github.ratelimiter.bench.limiter.Answer;
import java.util.concurrent.atomic.AtomicLongArray;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** The counts and latencies of one thread. Other threads may read the counts at any time. */
final class Tally {
  private final Phase phase;
  private final AuditLog.@Nullable Writer log;
  private final AtomicLongArray counts = new AtomicLongArray(2 * Answer.COUNT);
  private final Histogram hitNanos = Outcome.histogram();
  private final Histogram storeNanos = Outcome.histogram();
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
   * @param since when the request was made, or in an open loop was to be made
   * @param sent when the request was made
   * @param now when the answer arrived
   */
  void answered(@Nullable Answer answer, int key, long since, long sent, long now) {
    if (answer == null) {
      failed += phase.isOver(now) ? 0 : 1;
      return;
    }
    if (log != null && answer.isAllowed()) {
      log.granted(key, sent, now);
    }
    if (phase.isOver(now)) {
      late++;
      return;
    }
    int at = Outcome.index(answer, phase.mix().isHot(key));
    // Only this thread writes, so a plain read and an opaque write are enough.
    counts.setOpaque(at, counts.getPlain(at) + 1);
    Histogram nanos = answer.isHit() ? hitNanos : storeNanos;
    nanos.recordValue(Math.min(now - since, nanos.getHighestTrackableValue()));
  }

  void addCountsTo(long... sums) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += counts.getOpaque(i);
    }
  }

  /** Returns the latencies of answers without a call to the store. */
  Histogram hitNanos() {
    return hitNanos;
  }

  /** Returns the latencies of answers of the store. */
  Histogram storeNanos() {
    return storeNanos;
  }

  /** Returns the number of answers after the end. */
  long late() {
    return late;
  }

  /** Returns the number of requests that failed. */
  long failed() {
    return failed;
  }
}
