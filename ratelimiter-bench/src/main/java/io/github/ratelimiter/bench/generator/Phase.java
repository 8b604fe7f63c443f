package io.github.ratelimiter.bench.generator;

import io.github.ratelimiter.bench.audit.GrantLog;
import io.github.ratelimiter.bench.limiter.Answer;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** A period in which answers are counted. Each thread has its own tally. */
public final class Phase {
  /** Ends a phase with more requests than the process can make. */
  private static final long MAX_DELAY_NANOS = 5_000_000_000L;

  private final Mix mix;
  private final @Nullable GrantLog log;
  private final Queue<Tally> tallies = new ConcurrentLinkedQueue<>();
  private final ThreadLocal<Tally> threadTally = ThreadLocal.withInitial(this::newTally);
  private final long startNanos = System.nanoTime();
  private final long lengthNanos;
  private final boolean countsLate;
  private volatile long endNanos;
  private volatile boolean stopped;

  /**
   * Creates a phase that begins now.
   *
   * @param mix picks the keys
   * @param lengthNanos the length of the phase
   * @param log receives every granted permit; null for no log
   */
  public Phase(Mix mix, long lengthNanos, @Nullable GrantLog log) {
    this(mix, lengthNanos, log, false);
  }

  private Phase(Mix mix, long lengthNanos, @Nullable GrantLog log, boolean countsLate) {
    this.mix = mix;
    this.countsLate = countsLate;
    this.log = log;
    this.lengthNanos = lengthNanos;
    this.endNanos = startNanos + lengthNanos;
  }

  /**
   * Creates a phase that begins now and also counts the answers that arrive after its end. For open
   * loops: the longest waits are those of the last requests of a phase as often as of the first.
   *
   * @param mix picks the keys
   * @param lengthNanos the time in which requests are made
   * @param log receives every granted permit; null for no log
   */
  public static Phase countingLate(Mix mix, long lengthNanos, @Nullable GrantLog log) {
    return new Phase(mix, lengthNanos, log, true);
  }

  private Tally newTally() {
    Tally tally = new Tally(this, log == null ? null : log.writer(startNanos));
    tallies.add(tally);
    return tally;
  }

  Mix mix() {
    return mix;
  }

  /** Returns the tally of the calling thread. */
  Tally tally() {
    return threadTally.get();
  }

  /** Returns when the phase began, by {@link System#nanoTime()}. */
  public long startNanos() {
    return startNanos;
  }

  /** Returns the intended length. */
  public long lengthNanos() {
    return lengthNanos;
  }

  boolean isOver(long nanos) {
    return nanos - endNanos >= 0;
  }

  /** Returns whether an answer that arrives now counts. */
  boolean counts(long nanos) {
    return countsLate || !isOver(nanos);
  }

  /**
   * Returns whether a request that was to be made before the end may still be made. If late answers
   * count, such a request is part of the load: it waited for a busy process.
   */
  boolean mayRequest(long nanos) {
    return !isOver(nanos) || (countsLate && nanos - endNanos < MAX_DELAY_NANOS);
  }

  /** Ends the phase now. Late answers are awaited only briefly. */
  public void stop() {
    stopped = true;
    long now = System.nanoTime();
    if (!isOver(now)) {
      endNanos = now;
    }
  }

  boolean isStopped() {
    return stopped;
  }

  /** Returns how long to wait for answers after the end. */
  long answerTimeoutMillis() {
    return stopped ? 200 : 60_000;
  }

  /** Returns the time since the start, at most until the end. */
  public long elapsedNanos() {
    return Math.min(System.nanoTime() - endNanos, 0) + endNanos - startNanos;
  }

  /** Returns the counts so far, as in {@link Outcome#counts()}. */
  public long[] counts() {
    long[] counts = new long[2 * Answer.COUNT];
    tallies.forEach(tally -> tally.addCountsTo(counts));
    return counts;
  }

  /** Returns the number of answers after the end. */
  public long late() {
    return tallies.stream().mapToLong(Tally::late).sum();
  }

  /** Returns all tallies. They are exact once all threads have stopped. */
  List<Tally> tallies() {
    return List.copyOf(tallies);
  }
}
