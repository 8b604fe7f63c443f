package io.github.ratelimiter;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Tells the time and wakes up later. Thread-safe.
 *
 * <p>Stores in the process read it once a decision; a limiter waits on it. Tests give one that they
 * move by hand.
 */
public interface TimeSource {
  /**
   * The time.
   *
   * @return microseconds since the Unix epoch; should not go backwards, and nothing is granted
   *     twice if it does
   */
  long nowMicros();

  /**
   * How far behind the time that {@link #nowMicros()} gives may be.
   *
   * @return microseconds, 0 for a precise clock
   */
  default long lagMicros() {
    return 0;
  }

  /**
   * A wake-up.
   *
   * @param micros how long from now, at least
   * @return a future that completes then; cancelling it is allowed
   */
  default CompletableFuture<Void> after(long micros) {
    CompletableFuture<Void> timer = new CompletableFuture<>();
    CompletableFuture<Void> alarm = timer.thenRunAsync(() -> {});
    // What is completed before its time the JDK's timer forgets; what is cancelled it may keep.
    var unused = alarm.whenComplete((done, failure) -> timer.complete(null));
    timer.completeOnTimeout(null, micros, TimeUnit.MICROSECONDS);
    return alarm;
  }

  /**
   * The precise clock: the wall clock as it was when this class was loaded, carried forward by
   * {@link System#nanoTime()}. It never jumps, so that a correction of the wall clock frees nobody
   * from a limit; windows that begin at the epoch keep to the time of the process's start.
   *
   * @return the clock; reading it costs about as much as the rest of a decision
   */
  static TimeSource system() {
    return SystemTime.INSTANCE;
  }

  /**
   * A cheap clock, read from the precise one at intervals. It lags by up to the resolution, or by
   * as long as the scheduler is late: a limit may then admit what that time refills beyond {@code
   * burst + t * limit / period}, and a permit may come as much later.
   *
   * @param resolution how often to read the clock, at least 1 microsecond; 1 ms is a good choice
   * @param scheduler reads it, until it is shut down; the clock then stands still
   * @return a clock; reading it costs as much as reading a field
   * @throws IllegalArgumentException if the resolution is out of range
   */
  static TimeSource coarse(Duration resolution, ScheduledExecutorService scheduler) {
    return new CoarseTime(resolution, scheduler);
  }
}
