package io.github.ratelimiter.server.grpc;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.TimeUnit;

/** Where calls wait for decisions. Never on an I/O thread, which has the calls of many clients. */
final class CallThreads {
  private static final int MOST_THREADS = 200;
  private static final long IDLE_SECONDS = 60;
  private static final int FIRST_VERSION_WITH_VIRTUAL_THREADS = 21;

  private CallThreads() {}

  /** Returns an executor with a virtual thread for each call where the JDK has them, or a pool. */
  static ExecutorService create() {
    return Runtime.version().feature() >= FIRST_VERSION_WITH_VIRTUAL_THREADS
        ? virtual()
        : pool(MOST_THREADS);
  }

  /** The project is compiled for Java 17, which does not know them. */
  private static ExecutorService virtual() {
    try {
      return (ExecutorService)
          Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Calls beyond the threads wait in order; connections bound their number. The thread that waited
   * last takes the next call: one of 200 in turn would find its caches cold.
   */
  static ExecutorService pool(int threads) {
    ForkJoinPool.ForkJoinWorkerThreadFactory factory =
        pool -> {
          ForkJoinWorkerThread thread =
              ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool);
          thread.setName("ratelimiter-grpc-" + thread.getPoolIndex());
          return thread;
        };
    boolean inOrder = true;
    return new ForkJoinPool(
        threads, factory, null, inOrder, 0, threads, 0, null, IDLE_SECONDS, TimeUnit.SECONDS);
  }
}
