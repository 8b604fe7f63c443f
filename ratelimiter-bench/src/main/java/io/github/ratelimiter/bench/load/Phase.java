package io.github.ratelimiter.bench.load;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** A stretch of time in which decisions are counted, by each thread for itself. */
final class Phase {
  private final Mix mix;
  private final Timeline.Scale scale;
  private final @Nullable AuditLog log;
  private final Queue<Tally> tallies = new ConcurrentLinkedQueue<>();
  private final ThreadLocal<Tally> own = ThreadLocal.withInitial(this::newTally);
  private final long startNanos = System.nanoTime();
  private final long lengthNanos;
  private volatile long endNanos;
  private volatile boolean stopped;

  /**
   * A phase that begins now.
   *
   * @param log of what is admitted, if anybody wants to know
   */
  Phase(Mix mix, long lengthNanos, @Nullable AuditLog log) {
    this.mix = mix;
    this.scale = new Timeline.Scale(startNanos, lengthNanos);
    this.log = log;
    this.lengthNanos = lengthNanos;
    this.endNanos = startNanos + lengthNanos;
  }

  private Tally newTally() {
    Tally tally = new Tally(this, scale, log == null ? null : log.writer(startNanos));
    tallies.add(tally);
    return tally;
  }

  Mix mix() {
    return mix;
  }

  /** What the calling thread has counted. */
  Tally tally() {
    return own.get();
  }

  long startNanos() {
    return startNanos;
  }

  /** How long it was meant to be. */
  long lengthNanos() {
    return lengthNanos;
  }

  boolean isOver(long nanos) {
    return nanos - endNanos >= 0;
  }

  /** Ends it now, unless it is over: nobody needs to wait for answers then. */
  void stop() {
    stopped = true;
    long now = System.nanoTime();
    if (!isOver(now)) {
      endNanos = now;
    }
  }

  /** Whether it was cut short. */
  boolean isStopped() {
    return stopped;
  }

  /** How long to wait, after the end, for the last answers. */
  long patienceMillis() {
    return stopped ? 200 : 60_000;
  }

  /** How long it was, or has been up to now. */
  long elapsedNanos() {
    return Math.min(System.nanoTime() - endNanos, 0) + endNanos - startNanos;
  }

  /** An empty timeline on the scale of the tallies. */
  Timeline timeline() {
    return new Timeline(scale);
  }

  /** How many decisions there are by now, those after the end too. */
  long decisions() {
    return tallies.stream().mapToLong(tally -> tally.timeline().total() + tally.late()).sum();
  }

  /** How many of them were made in an instance. */
  long hits() {
    return tallies.stream().mapToLong(tally -> tally.timeline().hits()).sum();
  }

  /** All tallies; exact when nobody counts any more. */
  List<Tally> tallies() {
    return List.copyOf(tallies);
  }
}
