package io.github.ratelimiter.fallback;

import io.github.ratelimiter.TimeSource;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/** The clock of the breaker's window: a time source that never goes back. Thread-safe. */
final class BreakerClock extends Clock {
  private final TimeSource time;
  private long last = Long.MIN_VALUE;
  private long setBack;

  BreakerClock(TimeSource time) {
    this.time = time;
  }

  @Override
  public synchronized Instant instant() {
    long now = time.nowMicros();
    if (now < last) {
      setBack += last - now;
    }
    last = now;
    return Instant.EPOCH.plus(now + setBack, ChronoUnit.MICROS);
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
