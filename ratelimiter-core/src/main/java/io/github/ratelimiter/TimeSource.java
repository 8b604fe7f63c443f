package io.github.ratelimiter;

import io.github.ratelimiter.threads.LibraryExecutor;
import io.github.ratelimiter.threads.LibraryTimer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

/**
 * A clock with alarms. Thread-safe.
 *
 * <p>Stores in the process read it once per decision. A limiter waits on it. Tests use one that
 * they advance by hand.
 */
public interface TimeSource {
  /**
   * Returns the current time. It should not go backwards. If it does, no permit is granted twice.
   *
   * @return microseconds since the Unix epoch
   */
  long nowMicros();

  /**
   * Returns how far {@link #nowMicros()} may be behind the time.
   *
   * @return microseconds, 0 for a precise clock
   */
  default long lagMicros() {
    return 0;
  }

  /**
   * Sets an alarm. Dependent stages of the future run on the thread that completes it. The whole
   * library has one such thread, so they must be fast and must not wait.
   *
   * @param micros the shortest time from now
   * @return a future that completes when the time has passed, by default on the library's timer;
   *     cancelling it removes the alarm immediately
   */
  default CompletableFuture<Void> after(long micros) {
    return LibraryTimer.after(micros);
  }

  /**
   * Returns the executor on which limiters with this clock complete futures and notify listeners,
   * unless they have another executor. A clock that a test advances returns {@code Runnable::run}.
   * Everything that an alarm causes is then done when the call that advances the clock returns.
   *
   * @return the executor. Default: the library's own executor
   */
  default Executor executor() {
    return LibraryExecutor.shared();
  }

  /**
   * Returns the precise clock. It reads the wall clock once, when its class is loaded, and then
   * adds {@link System#nanoTime()}. It never jumps, so a correction of the wall clock does not
   * release a limit. Windows that begin at the epoch follow the wall clock of the start of the
   * process.
   *
   * @return the clock; reading it costs about as much as the rest of a decision
   */
  static TimeSource system() {
    return SystemTime.INSTANCE;
  }

  /**
   * Returns the precise clock with alarms on a scheduler of the application.
   *
   * @param scheduler completes the alarms; after it is shut down, the library's timer does
   * @return the clock
   */
  static TimeSource system(ScheduledExecutorService scheduler) {
    return new ScheduledTime(scheduler);
  }

  /**
   * Returns a cheap clock that reads the precise one at intervals. It is behind by up to the
   * resolution, or by the delay of the scheduler if that is longer. During that time a limit may
   * admit what it refills in that time beyond {@code burst + t * limit / period}, and a permit may
   * come as much later.
   *
   * @param resolution the interval, at least 1 microsecond; 1 ms is a good choice
   * @param scheduler reads the precise clock; after it is shut down, this clock stands still
   * @return a clock; reading it costs as much as reading a field
   * @throws IllegalArgumentException if the resolution is out of range
   */
  static TimeSource coarse(Duration resolution, ScheduledExecutorService scheduler) {
    return new CoarseTime(resolution, scheduler);
  }
}
