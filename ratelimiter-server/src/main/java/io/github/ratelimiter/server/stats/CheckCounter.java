package io.github.ratelimiter.server.stats;

import io.github.ratelimiter.threads.Mailbox;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts checks by minute, on a thread of its own. That thread is woken at most once in {@link
 * #DELAY}, and not for each check: to wake a thread costs more than to count. Thread-safe.
 */
final class CheckCounter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Statistics.class);

  private static final Duration DELAY = Duration.ofMillis(10);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);
  private static final int MOST_WAITING = 10_000;

  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(StatsWriter.threads("ratelimiter-stats"));
  private final Mailbox checks = new Mailbox(this::soon, MOST_WAITING, LOG, "checks of statistics");
  private final AtomicLong lost = new AtomicLong();

  /** Guards the minutes. Nothing waits while it is held. */
  private final ReentrantLock lock = new ReentrantLock();

  private final RecentMinutes minutes;

  /** How many dropped checks are in the minutes. */
  private long droppedBefore;

  /**
   * Creates a counter without checks.
   *
   * @param stores whether minutes are stored elsewhere, so that one that is not stored is lost
   */
  CheckCounter(boolean stores) {
    this.minutes = new RecentMinutes(stores, lost::addAndGet);
  }

  private void soon(Runnable count) {
    thread.schedule(count, DELAY.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Counts a check, or drops it if too many are waiting. Never waits. */
  void add(CountedCheck check) {
    checks.offer(
        () ->
            change(
                recent -> {
                  MinuteCounts minute = recent.at(check.micros());
                  minute.add(check);
                  long dropped = dropped();
                  minute.addDropped(dropped - droppedBefore);
                  droppedBefore = dropped;
                }));
  }

  /** Returns how many checks were dropped, or lost with their minute. */
  long dropped() {
    return checks.dropped() + lost.get();
  }

  /** Waits until the checks that were added before are counted. */
  void await() {
    CountDownLatch counted = new CountDownLatch(1);
    checks.post(counted::countDown);
    try {
      counted.await(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  <T> T read(Function<RecentMinutes, T> reader) {
    lock.lock();
    try {
      return reader.apply(minutes);
    } finally {
      lock.unlock();
    }
  }

  void change(Consumer<RecentMinutes> change) {
    lock.lock();
    try {
      change.accept(minutes);
    } finally {
      lock.unlock();
    }
  }

  /** Counts the checks that wait, for a short time, and ends. */
  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
