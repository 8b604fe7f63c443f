package io.github.ratelimiter.server.grpc;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

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

  /** Calls beyond the threads wait in order; connections bound their number. */
  static ExecutorService pool(int threads) {
    AtomicInteger number = new AtomicInteger();
    ThreadFactory factory =
        task -> {
          Thread thread = new Thread(task, "ratelimiter-grpc-" + number.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        };
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads, threads, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), factory);
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }
}
