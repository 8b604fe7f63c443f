package io.github.ratelimiter.bench.generator;

import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.bench.audit.GrantLog;
import io.github.ratelimiter.bench.limiter.Answer;
import java.util.concurrent.atomic.AtomicLongArray;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** The counts and latencies of one thread. Other threads may read the counts at any time. */
final class Tally {
  private final Phase phase;
  private final GrantLog.@Nullable Writer log;
  private final AtomicLongArray counts = new AtomicLongArray(2 * Answer.COUNT);
  private final @Nullable Histogram[] nanos = new Histogram[Source.values().length];
  private long late;
  private long failed;

  Tally(Phase phase, GrantLog.@Nullable Writer log) {
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
      failed += phase.counts(now) ? 1 : 0;
      return;
    }
    if (log != null && answer.isAllowed()) {
      log.granted(key, sent, now, answer == Answer.FALLBACK_ALLOWED);
    }
    if (phase.isOver(now)) {
      late++;
    }
    if (!phase.counts(now)) {
      return;
    }
    int at = Outcome.index(answer, phase.mix().isHot(key));
    // Only this thread writes, so a plain read and an opaque write are enough.
    counts.setOpaque(at, counts.getPlain(at) + 1);
    Histogram latencies = latencies(answer.source());
    latencies.recordValue(Math.min(now - since, latencies.getHighestTrackableValue()));
  }

  /** Creates a histogram only when it is needed, because there may be thousands of threads. */
  private Histogram latencies(Source source) {
    Histogram latencies = nanos[source.ordinal()];
    if (latencies == null) {
      latencies = Outcome.histogram();
      nanos[source.ordinal()] = latencies;
    }
    return latencies;
  }

  void addCountsTo(long... sums) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += counts.getOpaque(i);
    }
  }

  /** Returns the latencies of the answers from a source; null if there is none. */
  @Nullable Histogram nanos(Source source) {
    return nanos[source.ordinal()];
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
