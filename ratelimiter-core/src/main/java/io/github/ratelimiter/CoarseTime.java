package io.github.ratelimiter;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A clock that is read at intervals. */
final class CoarseTime implements TimeSource {
  private final Duration resolution;
  private volatile long micros = SystemTime.INSTANCE.nowMicros();

  CoarseTime(Duration resolution, ScheduledExecutorService scheduler) {
    if (resolution.compareTo(Duration.ofNanos(1_000)) < 0
        || resolution.compareTo(Duration.ofSeconds(1)) > 0) {
      throw new IllegalArgumentException(
          "resolution is " + resolution + "; it must be from 1 microsecond to 1 second");
    }
    this.resolution = resolution;
    long nanos = resolution.toNanos();
    var unused = scheduler.scheduleAtFixedRate(this::read, nanos, nanos, TimeUnit.NANOSECONDS);
  }

  private void read() {
    micros = SystemTime.INSTANCE.nowMicros();
  }

  @Override
  public long nowMicros() {
    return micros;
  }

  @Override
  public long lagMicros() {
    return resolution.toNanos() / 1_000;
  }

  @Override
  public String toString() {
    return "system time read every " + resolution;
  }
}
