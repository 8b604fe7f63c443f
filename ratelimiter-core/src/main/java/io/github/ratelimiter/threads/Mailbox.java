package io.github.ratelimiter.threads;

import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.internal.LimitedLog;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Runs tasks one after another, in their order, on an executor: for receivers that may block, so
 * that they delay no decision. If too many tasks are waiting, further ones are dropped and counted,
 * and a message is logged. Thread-safe. Adding a task never waits.
 */
public final class Mailbox {
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicLong dropped = new AtomicLong();
  private final AtomicBoolean complaining = new AtomicBoolean();
  private final Executor executor;
  private final int capacity;
  private final LimitedLog slow;
  private final String what;

  /**
   * Creates an empty mailbox.
   *
   * @param executor runs the tasks; the library's own executor runs those that it rejects
   * @param capacity the number of tasks that may wait
   * @param log gets a message when tasks are dropped
   * @param what the tasks, for the message, for example {@code "events of a store"}
   */
  public Mailbox(Executor executor, int capacity, Logger log, String what) {
    this.executor = LibraryExecutor.forReceivers(executor);
    this.capacity = capacity;
    this.slow = new LimitedLog(log, Level.WARN, LimitedLog.Rate.ONE_A_MINUTE, TimeSource.system());
    this.what = what;
  }

  /** Returns the number of tasks that have not ended yet. */
  public int waiting() {
    return waiting.get();
  }

  /** Returns the number of tasks that were dropped. */
  public long dropped() {
    return dropped.get();
  }

  /**
   * Adds a task, however many are waiting.
   *
   * @param task must not throw
   */
  public void post(Runnable task) {
    tasks.add(task);
    if (waiting.getAndIncrement() == 0) {
      execute(this::run);
    }
  }

  /**
   * Adds a task, or drops it if too many are waiting. Threads that add one at the same time may
   * exceed the capacity by one each.
   *
   * @param task must not throw
   */
  public void offer(Runnable task) {
    if (waiting.get() < capacity) {
      post(task);
    } else {
      complain(dropped.incrementAndGet());
    }
  }

  private void execute(Runnable work) {
    try {
      executor.execute(work);
    } catch (RejectedExecutionException e) {
      LibraryExecutor.forReceivers(LibraryExecutor.shared()).execute(work);
    }
  }

  private void run() {
    do {
      Runnable next = tasks.poll();
      if (next != null) {
        next.run();
      }
    } while (waiting.decrementAndGet() > 0);
  }

  /**
   * Logs on another thread: the log may block for the same reason as the receiver. At most one
   * thread waits for it.
   */
  private void complain(long count) {
    LoggingEventBuilder event = slow.event();
    if (LimitedLog.isNothing(event) || !complaining.compareAndSet(false, true)) {
      return;
    }
    LibraryExecutor.shared()
        .execute(
            () -> {
              try {
                event
                    .addKeyValue("what", what)
                    .addKeyValue("dropped", count)
                    .addKeyValue("waiting", capacity)
                    .log("A receiver is slow: {} are dropped, {} so far", what, count);
              } finally {
                complaining.set(false);
              }
            });
  }
}
