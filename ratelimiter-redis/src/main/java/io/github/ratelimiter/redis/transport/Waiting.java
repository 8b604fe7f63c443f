package io.github.ratelimiter.redis.transport;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Waits for futures where that is allowed: where a store is built, and where connections are
 * opened.
 */
public final class Waiting {
  private Waiting() {}

  /**
   * Waits until a future completes, with a result or a failure. An interrupt does not end the wait.
   *
   * @return false if it has not completed in time
   */
  public static boolean upTo(Duration longest, CompletableFuture<?> future) {
    long start = System.nanoTime();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          long left = longest.toNanos() - (System.nanoTime() - start);
          var unused = future.get(Math.max(left, 0), TimeUnit.NANOSECONDS);
          return true;
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          return true;
        } catch (TimeoutException e) {
          return false;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
