package io.github.ratelimiter.server.users;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs what waits for a store of users. Thread-safe. */
final class UserLoads implements Executor, AutoCloseable {
  private static final int THREADS = 2;
  private static final int MOST_WAITING = 1_000;

  private final Executor executor;
  private final Runnable end;

  private UserLoads(Executor executor, Runnable end) {
    this.executor = executor;
    this.end = end;
  }

  /** For a store that does not block. */
  static UserLoads onCaller() {
    return new UserLoads(Runnable::run, () -> {});
  }

  /** For a store that may block. Tasks beyond a number of waiting ones are rejected. */
  static UserLoads onThreads() {
    AtomicInteger number = new AtomicInteger();
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MOST_WAITING),
            task -> {
              Thread thread =
                  new Thread(null, task, "ratelimiter-users-" + number.incrementAndGet(), 0, false);
              thread.setDaemon(true);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
    return new UserLoads(pool, pool::shutdownNow);
  }

  @Override
  public void execute(Runnable task) {
    executor.execute(task);
  }

  @Override
  public void close() {
    end.run();
  }
}
