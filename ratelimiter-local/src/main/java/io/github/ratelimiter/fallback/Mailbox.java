package io.github.ratelimiter.fallback;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Events on their way to listeners: told one after another, in their order, by one task of an
 * executor at a time. Whoever posts one never waits.
 */
final class Mailbox {
  private final Queue<Runnable> events = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final Executor executor;
  private final Executor instead;

  /**
   * A mailbox.
   *
   * @param instead takes what the executor rejects
   */
  Mailbox(Executor executor, Executor instead) {
    this.executor = executor;
    this.instead = instead;
  }

  /** How many events have not been told yet. */
  int waiting() {
    return waiting.get();
  }

  void post(Runnable event) {
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
