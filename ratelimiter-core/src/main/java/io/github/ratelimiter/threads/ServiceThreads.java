package io.github.ratelimiter.threads;

import org.jspecify.annotations.Nullable;

/**
 * Marks threads on which replies arrive and alarms run. A call that waits for a reply on such a
 * thread blocks the thread that would deliver it, and delays all other replies. The owner of a
 * thread marks it, so this class does not depend on the owners.
 */
public final class ServiceThreads {
  private static final ThreadLocal<@Nullable String> TASK = new ThreadLocal<>();

  private ServiceThreads() {}

  /**
   * Marks the current thread for the rest of its life.
   *
   * @param task what the thread does, for example {@code "reads the answers of Redis"}; always the
   *     same string for a thread
   */
  @SuppressWarnings("StringEquality") // The same constant each time; checked at every call.
  public static void mark(String task) {
    if (TASK.get() != task) {
      TASK.set(task);
    }
  }

  /**
   * Marks the current thread while it runs an action.
   *
   * @param task what the thread does
   * @param action the action to run
   */
  public static void run(String task, Runnable action) {
    String before = TASK.get();
    TASK.set(task);
    try {
      action.run();
    } finally {
      if (before == null) {
        TASK.remove();
      } else {
        TASK.set(before);
      }
    }
  }

  /**
   * Checks that the current thread may wait.
   *
   * @param call the call that would wait, for the message
   * @param way what to do instead, a sentence for the message
   * @throws WouldBlockException if replies arrive on the current thread
   */
  public static void checkMayWait(String call, String way) {
    String task = TASK.get();
    if (task != null) {
      throw new WouldBlockException(
          call
              + " would block thread '"
              + Thread.currentThread().getName()
              + "', which "
              + task
              + ", and nothing has been done. "
              + way);
    }
  }
}
