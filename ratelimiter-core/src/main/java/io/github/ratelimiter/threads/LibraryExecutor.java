package io.github.ratelimiter.threads;

import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs code of the application: dependent stages of its futures, and its listeners. It uses one
 * virtual thread per task where the JDK has them. Otherwise it uses a small pool of daemon threads,
 * which start when they are needed and end soon after they are idle.
 */
public final class LibraryExecutor {
  /** The prefix of the names of its threads. */
  public static final String THREAD_NAME = "ratelimiter-callback-";

  private static final int LEAST_THREADS = 8;

  /** Includes threads that replace those that wait for futures. */
  private static final int MOST_THREADS = 256;

  private static final long IDLE_SECONDS = 1;
  private static final Executor SHARED = create();
  private static final Executor FOR_RECEIVERS = create();

  private LibraryExecutor() {}

  /**
   * Returns the executor that limiters share if they have no other.
   *
   * @return an executor that never rejects a task, and never runs one on the caller's thread
   */
  public static Executor shared() {
    return SHARED;
  }

  /**
   * Returns the executor for receivers that may block. They have threads of their own, so that
   * those that block do not keep the shared ones from completing calls.
   *
   * @param executor what was set
   * @return an executor of the same kind in place of the shared one; any other executor itself
   */
  static Executor forReceivers(Executor executor) {
    return executor == SHARED ? FOR_RECEIVERS : executor;
  }

  private static Executor create() {
    ThreadFactory virtual = virtualThreads();
    return virtual == null ? pool() : task -> virtual.newThread(task).start();
  }

  /** Returns a factory of virtual threads, which Java 21 and later have; null otherwise. */
  private static @Nullable ThreadFactory virtualThreads() {
    try {
      Class<?> type = Class.forName("java.lang.Thread$Builder");
      Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
      type.getMethod("name", String.class, long.class).invoke(builder, THREAD_NAME, 0L);
      type.getMethod("inheritInheritableThreadLocals", boolean.class).invoke(builder, false);
      return (ThreadFactory) type.getMethod("factory").invoke(builder);
    } catch (ReflectiveOperationException e) {
      return null;
    }
  }

  /**
   * Returns a pool that runs tasks in order of arrival. Of the JDK's pools this kind wakes the
   * fewest threads, and it replaces threads that wait for another future.
   */
  private static Executor pool() {
    int threads = Math.max(LEAST_THREADS, 2 * Runtime.getRuntime().availableProcessors());
    return new ForkJoinPool(
        threads,
        Worker::new,
        null,
        true,
        0,
        Math.max(threads, MOST_THREADS),
        1,
        pool -> true,
        IDLE_SECONDS,
        TimeUnit.SECONDS);
  }

  private static final class Worker extends ForkJoinWorkerThread {
    Worker(ForkJoinPool pool) {
      super(pool);
      setName(THREAD_NAME + getPoolIndex());
      setDaemon(true);
    }
  }
}
