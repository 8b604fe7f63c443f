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
 * A clock that stands still until a test moves it. Thread-safe.
 *
 * <p>Who waits on it, for example in {@code limiter.tryAcquire(...)}, wakes up in {@link #advance},
 * on the thread that moves the clock.
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
   * A clock that stands at some midnight.
   *
   * @return the clock
   */
  public static ManualTimeSource create() {
    return startingAt(Instant.parse("2026-01-01T00:00:00Z"));
  }

  /**
   * A clock that stands at an instant.
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
   * Moves the clock on, past every alarm on the way.
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
   * Sets the clock, forwards or backwards, without waking anybody: a clock that was corrected.
   *
   * @param micros microseconds since the Unix epoch
   */
  public synchronized void set(long micros) {
    this.micros = micros;
  }

  /**
   * How many alarms are set and not cancelled: who waits.
   *
   * @return alarms
   */
  public synchronized int waiting() {
    alarms.removeIf(alarm -> alarm.future.isDone());
    return alarms.size();
  }

  /** Everything happens on the thread that moves the clock. */
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
