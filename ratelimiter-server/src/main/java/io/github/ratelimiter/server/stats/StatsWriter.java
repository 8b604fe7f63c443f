package io.github.ratelimiter.server.stats;

import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.internal.Keyless;
import io.github.ratelimiter.internal.LimitedLog;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Stores minutes that are over, on a thread of its own. What cannot be stored is tried again until
 * it leaves the memory. Thread-safe.
 */
final class StatsWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Statistics.class);

  private static final Duration PERIOD = Duration.ofSeconds(5);
  private static final Duration LONGEST_CALL = Duration.ofSeconds(10);
  private static final Duration LAST_WRITE = Duration.ofSeconds(3);

  private static final Duration CLEANING = Duration.ofHours(1);

  private final LimitedLog failed =
      new LimitedLog(LOG, Level.WARN, LimitedLog.Rate.ONE_A_MINUTE, TimeSource.system());
  private final StatsTable table;
  private final Function<Boolean, List<MinuteRow>> rows;
  private final LongConsumer stored;
  private final Duration retention;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(threads("ratelimiter-stats-writer"));

  /**
   * Creates a writer, and starts it.
   *
   * @param rows returns the minutes to store: all of them, or those that are over
   * @param stored gets the number of each minute that was stored
   */
  StatsWriter(
      StatsTable table,
      Function<Boolean, List<MinuteRow>> rows,
      LongConsumer stored,
      Duration retention) {
    this.table = table;
    this.rows = rows;
    this.stored = stored;
    this.retention = retention;
    thread.scheduleWithFixedDelay(
        () -> write(false), PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    thread.scheduleWithFixedDelay(this::clean, 1, CLEANING.toMinutes(), TimeUnit.MINUTES);
  }

  static ThreadFactory threads(String name) {
    return task -> {
      Thread thread = new Thread(null, task, name, 0, false);
      thread.setDaemon(true);
      return thread;
    };
  }

  /** Stops at the first failure: the next minute would fail, too. */
  private void write(boolean all) {
    try {
      for (MinuteRow row : rows.apply(all)) {
        table.write(row);
        stored.accept(row.minute());
      }
    } catch (SQLException | RuntimeException e) {
      failed
          .event()
          .setCause(Keyless.stack(e))
          .log("Statistics cannot be stored; they wait, for hours at most");
    }
  }

  /**
   * Removes a user, after the minutes that are being written.
   *
   * @throws IllegalStateException if that fails
   */
  void forget(String user, String pseudonym) {
    Future<?> done =
        thread.submit(
            () -> {
              table.forget(user, pseudonym);
              return true;
            });
    try {
      done.get(LONGEST_CALL.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the statistics in PostgreSQL cannot be changed", e);
    }
  }

  private void clean() {
    try {
      table.removeBefore(Instant.now().minus(retention));
    } catch (SQLException | RuntimeException e) {
      failed.event().setCause(Keyless.stack(e)).log("Old statistics cannot be removed");
    }
  }

  /** Stores what is there, also the minute that is not over, for a short time. */
  @Override
  public void close() {
    thread.execute(() -> write(true));
    thread.shutdown();
    try {
      if (!thread.awaitTermination(LAST_WRITE.toMillis(), TimeUnit.MILLISECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
