package io.github.ratelimiter.threads;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs tasks one after another, in their order, on an executor. Thread-safe; posting a task never
 * waits.
 */
public final class Mailbox {
  private final Queue<Runnable> events = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final Executor executor;
  private final Executor instead;

  /**
   * Creates an empty mailbox.
   *
   * @param executor runs the tasks
   * @param instead runs the tasks that the executor rejects
   */
  public Mailbox(Executor executor, Executor instead) {
    this.executor = executor;
    this.instead = instead;
  }

  /** Returns the number of tasks that have not run yet. */
  public int waiting() {
    return waiting.get();
  }

  /** Adds a task. */
  public void post(Runnable event) {
    events.add(event);
    if (waiting.getAndIncrement() == 0) {
      try {
        executor.execute(this::tell);
      } catch (RejectedExecutionException e) {
        instead.execute(this::tell);
      }
    }
  }

  private void tell() {
    do {
      Runnable next = events.poll();
      if (next != null) {
        next.run();
      }
    } while (waiting.decrementAndGet() > 0);
  }
}
