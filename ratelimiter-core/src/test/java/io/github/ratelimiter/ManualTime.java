package io.github.ratelimiter;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** A clock that a test moves; alarms ring on the thread that moves it. */
public final class ManualTime implements TimeSource {
  private record Alarm(long at, long number, CompletableFuture<Void> bell) {}

  private final PriorityQueue<Alarm> alarms =
      new PriorityQueue<>(Comparator.comparingLong(Alarm::at).thenComparingLong(Alarm::number));
  private long now = 1_700_000_000_000_000L;
  private long set;

  @Override
  public synchronized long nowMicros() {
    return now;
  }

  @Override
  public Executor executor() {
    return Runnable::run;
  }

  @Override
  public synchronized CompletableFuture<Void> after(long micros) {
    CompletableFuture<Void> bell = new CompletableFuture<>();
    alarms.add(new Alarm(now + micros, set++, bell));
    return bell;
  }

  public void advance(long micros) {
    long end = nowMicros() + micros;
    for (Alarm next = next(end); next != null; next = next(end)) {
      next.bell.complete(null);
    }
  }

  private synchronized Alarm next(long end) {
    Alarm next = alarms.peek();
    boolean due = next != null && next.at <= end;
    now = Math.max(now, due ? next.at : end);
    return due ? alarms.poll() : null;
  }

  /** How many alarms are set and not cancelled. */
  synchronized long pending() {
    return alarms.stream().filter(alarm -> !alarm.bell.isDone()).count();
  }
}
