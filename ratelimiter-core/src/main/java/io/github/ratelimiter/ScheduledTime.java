package io.github.ratelimiter;

import io.github.ratelimiter.threads.LibraryTimer;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;

/** The precise clock with alarms on a scheduler of the application. */
final class ScheduledTime implements TimeSource {
  private final ScheduledExecutorService scheduler;

  ScheduledTime(ScheduledExecutorService scheduler) {
    this.scheduler = Objects.requireNonNull(scheduler, "scheduler");
  }

  @Override
  public long nowMicros() {
    return SystemTime.INSTANCE.nowMicros();
  }

  @Override
  public CompletableFuture<Void> after(long micros) {
    return LibraryTimer.after(micros, scheduler);
  }

  @Override
  public String toString() {
    return "system time with a given scheduler";
  }
}
