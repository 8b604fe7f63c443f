package io.github.ratelimiter.testkit;

import io.github.ratelimiter.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A clock that stands still until a test advances it. Thread-safe.
 *
 * <p>A call that waits on it, for example {@code limiter.tryAcquire(...)}, is woken in {@link
 * #advance}, on the thread that advances the clock.
 */
public final class ManualTimeSource implements TimeSource {
  private record Alarm(long at, long number, CompletableFuture<Void> future) {}

  private final Queue<Alarm> alarms =
      new PriorityQueue<>(Comparator.comparingLong(Alarm::at).thenComparingLong(Alarm::number));
  private long micros;
  private long alarmsSet;

  private ManualTimeSource(long micros) {
    this.micros = micros;
  }

  /**
   * Returns a clock that stands at midnight of a fixed day.
   *
   * @return the clock
   */
  public static ManualTimeSource create() {
    return startingAt(Instant.parse("2026-01-01T00:00:00Z"));
  }

  /**
   * Returns a clock that stands at an instant.
   *
   * @param instant the instant
   * @return the clock
   */
  public static ManualTimeSource startingAt(Instant instant) {
    return new ManualTimeSource(ChronoUnit.MICROS.between(Instant.EPOCH, instant));
  }

  @Override
  public synchronized long nowMicros() {
    return micros;
  }

  /**
   * Advances the clock and runs every alarm that becomes due.
   *
   * @param time zero or more, rounded down to microseconds
   */
  public void advance(Duration time) {
    if (time.isNegative()) {
      throw new IllegalArgumentException("time is " + time + "; to move the clock back, set it");
    }
    long end = nowMicros() + time.getSeconds() * 1_000_000 + time.getNano() / 1_000;
    while (true) {
      Alarm next = nextUntil(end);
      if (next == null) {
        return;
      }
      next.future.complete(null);
    }
  }

  private synchronized @Nullable Alarm nextUntil(long end) {
    Alarm next = alarms.peek();
    if (next == null || next.at > end) {
      micros = Math.max(micros, end);
      return null;
    }
    micros = Math.max(micros, next.at);
    return alarms.poll();
  }

  /**
   * Sets the clock, forwards or backwards, without running alarms, as a correction of a wall clock
   * does.
   *
   * @param micros microseconds since the Unix epoch
   */
  public synchronized void set(long micros) {
    this.micros = micros;
  }

  /**
   * Returns the number of alarms that are set and not cancelled, which is the number of waiting
   * calls.
   *
   * @return the number of alarms
   */
  public synchronized int waiting() {
    alarms.removeIf(alarm -> alarm.future.isDone());
    return alarms.size();
  }

  /** Everything runs on the thread that advances the clock. */
  @Override
  public Executor executor() {
    return Runnable::run;
  }

  @Override
  public CompletableFuture<Void> after(long micros) {
    CompletableFuture<Void> future = new CompletableFuture<>();
    if (micros <= 0) {
      future.complete(null);
      return future;
    }
    synchronized (this) {
      alarms.add(new Alarm(this.micros + micros, alarmsSet++, future));
    }
    return future;
  }

  @Override
  public String toString() {
    return "manual time " + Instant.EPOCH.plus(nowMicros(), ChronoUnit.MICROS);
  }
}
