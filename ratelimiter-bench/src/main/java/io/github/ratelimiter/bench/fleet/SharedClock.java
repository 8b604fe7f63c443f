package io.github.ratelimiter.bench.fleet;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A clock that is the same in all processes of this machine: the time since 1970 by the system's
 * clock, which is read once, and {@link System#nanoTime()} from then on.
 */
final class SharedClock {
  private static final int READINGS = 1_000;

  private final long epochMicros;
  private final long nanos;
  private final long errorMicros;

  /** Reads the system's clock. The reading that was disturbed the least counts. */
  SharedClock() {
    long bestMicros = 0;
    long bestNanos = 0;
    long shortest = Long.MAX_VALUE;
    for (int i = 0; i < READINGS; i++) {
      long before = System.nanoTime();
      Instant now = Instant.now();
      long took = System.nanoTime() - before;
      if (took < shortest) {
        shortest = took;
        bestNanos = before + took / 2;
        bestMicros = ChronoUnit.MICROS.between(Instant.EPOCH, now);
      }
    }
    this.epochMicros = bestMicros;
    this.nanos = bestNanos;
    this.errorMicros = 2 + shortest / 1_000;
  }

  /** Returns the microseconds since 1970 at a reading of {@link System#nanoTime()}. */
  long micros(long nanoTime) {
    return epochMicros + Math.floorDiv(nanoTime - nanos, 1_000L);
  }

  /** Returns the microseconds since 1970. */
  long micros() {
    return micros(System.nanoTime());
  }

  /** Returns how far {@link #micros(long)} may be off. */
  long errorMicros() {
    return errorMicros;
  }

  /** Waits until a time. */
  void sleepUntil(double micros) {
    double rest;
    while ((rest = micros - micros()) > 0) {
      LockSupport.parkNanos((long) Math.max(1_000 * rest, 1));
    }
  }
}
