package io.github.ratelimiter.micrometer;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.TimeSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The highest usage of a limit in the last one to two minutes, or since it was last read if that is
 * longer ago. The reader moves the minutes on, so a decision need not read the clock. Thread-safe.
 */
final class HighestUsage {
  private static final long MINUTE_MICROS = TimeUnit.MINUTES.toMicros(1);
  private static final long WHOLE = 1_000_000;
  private static final double PER_PERCENT = WHOLE / 100.0;

  private final TimeSource time;

  /** In parts of a million. */
  private final AtomicLong present = new AtomicLong();

  private long previous;
  private long presentSince;

  HighestUsage(TimeSource time) {
    this.time = time;
    this.presentSince = time.nowMicros();
  }

  void record(Decision decision) {
    long capacity = decision.limit().capacity();
    long used = capacity - Math.min(decision.remaining(), capacity);
    long parts = capacity == 0 ? WHOLE : (long) ((double) used / capacity * WHOLE);
    if (parts > present.get()) {
      present.accumulateAndGet(parts, Math::max);
    }
  }

  synchronized double percent() {
    long now = time.nowMicros();
    if (now - presentSince >= MINUTE_MICROS || now < presentSince) {
      previous = present.getAndSet(0);
      presentSince = now;
    }
    return Math.max(previous, present.get()) / PER_PERCENT;
  }
}
