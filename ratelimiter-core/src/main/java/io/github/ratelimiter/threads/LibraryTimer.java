package io.github.ratelimiter.threads;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Alarms: on one daemon thread of the library's own, which starts with the first alarm and ends a
 * second after the last, or on a scheduler that the application gives. Thread-safe.
 *
 * <p>An alarm runs its dependent stages on that thread. They must neither wait nor run code of the
 * application: that goes to an executor.
 */
public final class LibraryTimer {
  /** The name of the thread. */
  public static final String THREAD_NAME = "ratelimiter-timer";

  private static final Logger LOG = LoggerFactory.getLogger(LibraryTimer.class);
  private static final String TASK = "rings the alarms of all limiters";
  private static final long IDLE_SECONDS = 1;
  private static final ScheduledThreadPoolExecutor TIMER = create();
  private static final AtomicBoolean REJECTED = new AtomicBoolean();

  private LibraryTimer() {}

  /** A timer like the library's own. */
  static ScheduledThreadPoolExecutor create() {
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              // Whoever sets the first alarm hands nothing of his down to it.
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
   * @return completes then; cancelled, it is forgotten at once
   */
  public static CompletableFuture<Void> after(long micros) {
    return new Alarm(TIMER, micros);
  }

  /**
   * Sets an alarm on a scheduler of the application's. One that is shut down is replaced by the
   * library's own: nobody waits for ever.
   *
   * @param micros how long from now
   * @param scheduler runs it
   * @return completes then; cancelled, it is cancelled there as well
   */
  public static CompletableFuture<Void> after(long micros, ScheduledExecutorService scheduler) {
    try {
      return new Alarm(scheduler, micros);
    } catch (RejectedExecutionException e) {
      if (REJECTED.compareAndSet(false, true)) {
        LOG.warn("A scheduler rejects alarms; the library's own thread rings them: {}", scheduler);
      }
      return after(micros);
    }
  }

  /** How many alarms are set on the library's thread; for tests. */
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

    /** What is derived from an alarm is no alarm. */
    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
      return new CompletableFuture<>();
    }
  }
}
