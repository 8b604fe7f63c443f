package io.github.ratelimiter.threads;

import org.jspecify.annotations.Nullable;

/**
 * Threads on which answers arrive and alarms ring. Who waits on one of them for an answer holds up
 * the very thread that would bring it, and everybody else's answers too. What such a thread is, its
 * owner says; nobody here needs to know the owner.
 */
public final class ServiceThreads {
  private static final ThreadLocal<@Nullable String> TASK = new ThreadLocal<>();

  private ServiceThreads() {}

  /**
   * Says that the current thread is one, from now on.
   *
   * @param task what it does, for example {@code "reads the answers of Redis"}; always the same
   *     string for a thread
   */
  @SuppressWarnings(
      "StringEquality") // The same constant each time: this is looked at for each call.
  public static void mark(String task) {
    if (TASK.get() != task) {
      TASK.set(task);
    }
  }

  /**
   * Says that the current thread is one while it runs something.
   *
   * @param task what it does
   * @param action what to run
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
   * To be called before a call waits.
   *
   * @param call the call that would wait, for the message
   * @param way what to do instead, a sentence for the message
   * @throws IllegalStateException if the current thread is one on which answers arrive
   */
  public static void checkMayWait(String call, String way) {
    String task = TASK.get();
    if (task != null) {
      throw new IllegalStateException(
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
