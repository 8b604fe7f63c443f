package io.github.ratelimiter;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The precise clock. */
enum SystemTime implements TimeSource {
  INSTANCE;

  private final long originNanos;
  private final long originMicros;

  SystemTime() {
    originNanos = System.nanoTime();
    originMicros = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
  }

  @Override
  public long nowMicros() {
    return originMicros + (System.nanoTime() - originNanos) / 1_000;
  }

  @Override
  public String toString() {
    return "system time";
  }
}
