package io.github.ratelimiter;

import io.github.ratelimiter.threads.LibraryExecutor;
import io.github.ratelimiter.threads.LibraryTimer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

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
   * A wake-up. Its dependent stages run on the thread that wakes up, of which there is one for the
   * whole library: they must be quick, and must not wait.
   *
   * @param micros how long from now, at least
   * @return a future that completes then, by default on the library's timer; cancelled, it is
   *     forgotten at once
   */
  default CompletableFuture<Void> after(long micros) {
    return LibraryTimer.after(micros);
  }

  /**
   * Where limiters on this clock complete futures and tell listeners, unless they are given an
   * executor. A clock that a test moves returns {@code Runnable::run}: then all that an alarm
   * causes has happened when the clock has been moved.
   *
   * @return the library's own executor, unless a clock has another
   */
  default Executor executor() {
    return LibraryExecutor.shared();
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
   * The precise clock, with wake-ups on a scheduler of the application's.
   *
   * @param scheduler wakes up; once it is shut down, the library's timer does
   * @return the clock
   */
  static TimeSource system(ScheduledExecutorService scheduler) {
    return new ScheduledTime(scheduler);
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
