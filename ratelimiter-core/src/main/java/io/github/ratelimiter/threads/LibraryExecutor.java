package io.github.ratelimiter.threads;

import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs what belongs to the application: dependent stages of its futures, and its listeners. A
 * virtual thread for each task where the JDK has them; else a small pool of daemon threads, which
 * start when they are needed and end soon after they are not.
 */
public final class LibraryExecutor {
  /** What the names of its threads begin with. */
  public static final String THREAD_NAME = "ratelimiter-callback-";

  private static final int LEAST_THREADS = 8;

  /** With those that stand in for threads whose tasks wait for futures. */
  private static final int MOST_THREADS = 256;

  private static final long IDLE_SECONDS = 1;
  private static final Executor SHARED = create();

  private LibraryExecutor() {}

  /**
   * The executor that all limiters share which were given none.
   *
   * @return it never rejects a task, and never runs one on the thread that brings it
   */
  public static Executor shared() {
    return SHARED;
  }

  private static Executor create() {
    ThreadFactory virtual = virtualThreads();
    return virtual == null ? pool() : task -> virtual.newThread(task).start();
  }

  /** Virtual threads, of Java 21 and later; null where there are none. */
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
   * A pool of its own, in order of arrival. Of the JDK's pools this kind wakes the fewest threads,
   * and makes up for those whose tasks wait for another future.
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
