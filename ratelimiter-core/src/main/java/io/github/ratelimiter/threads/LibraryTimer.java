package io.github.ratelimiter.threads;

import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.internal.LimitedLog;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Sets alarms on a daemon thread of the library, or on a scheduler of the application. The thread
 * starts with the first alarm and ends a second after the last. Thread-safe.
 *
 * <p>Dependent stages of an alarm run on that thread. They must not wait, and must not run code of
 * the application, which belongs on an executor.
 */
public final class LibraryTimer {
  /** The name of the thread. */
  public static final String THREAD_NAME = "ratelimiter-timer";

  private static final Logger LOG = LoggerFactory.getLogger(TimeSource.class);
  private static final String TASK = "runs the alarms of all limiters";
  private static final long IDLE_SECONDS = 1;
  private static final ScheduledThreadPoolExecutor TIMER = create();

  /** Of its own class, so that the timer does not need the clock to start. */
  private static final class Rejections {
    static final LimitedLog LIMITED =
        new LimitedLog(LOG, Level.WARN, LimitedLog.Rate.ONE_A_MINUTE, TimeSource.system());
  }

  private LibraryTimer() {}

  /** Creates a timer like that of the library. */
  static ScheduledThreadPoolExecutor create() {
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              // The thread inherits nothing from the caller that sets the first alarm.
              Thread thread = new Thread(null, work, THREAD_NAME, 0, false);
              thread.setDaemon(true);
              return thread;
            });
    timer.setRemoveOnCancelPolicy(true);
    timer.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
    timer.allowCoreThreadTimeOut(true);
    return timer;
  }

  /**
   * Sets an alarm on the library's thread.
   *
   * @param micros how long from now
   * @return a future that completes then; cancelling it removes the alarm immediately
   */
  public static CompletableFuture<Void> after(long micros) {
    return new Alarm(TIMER, micros);
  }

  /**
   * Sets an alarm on a scheduler of the application. If the scheduler is shut down, the library's
   * own thread is used instead, so no caller waits for ever.
   *
   * @param micros how long from now
   * @param scheduler runs the alarm
   * @return a future that completes then; cancelling it cancels the task of the scheduler
   */
  public static CompletableFuture<Void> after(long micros, ScheduledExecutorService scheduler) {
    try {
      return new Alarm(scheduler, micros);
    } catch (RejectedExecutionException e) {
      Rejections.LIMITED
          .event()
          .addKeyValue("scheduler", scheduler)
          .log(
              "A scheduler rejected an alarm; the library's own timer runs such alarms: {}",
              scheduler);
      return after(micros);
    }
  }

  /** Returns the number of alarms on the library's thread. For tests. */
  static int waiting() {
    return TIMER.getQueue().size();
  }

  private static final class Alarm extends CompletableFuture<Void> implements Runnable {
    private final ScheduledFuture<?> scheduled;

    Alarm(ScheduledExecutorService scheduler, long micros) {
      scheduled = scheduler.schedule(this, micros, TimeUnit.MICROSECONDS);
    }

    @Override
    public void run() {
      ServiceThreads.run(TASK, () -> complete(null));
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      boolean cancelled = super.cancel(mayInterruptIfRunning);
      scheduled.cancel(false);
      return cancelled;
    }

    /** A derived future is not an alarm. */
    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
      return new CompletableFuture<>();
    }
  }
}
