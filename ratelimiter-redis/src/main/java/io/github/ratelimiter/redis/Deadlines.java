package io.github.ratelimiter.redis;

import io.github.ratelimiter.redis.transport.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Checks deadlines a few times per timeout while requests wait. */
final class Deadlines {
  private static final int LOOKS_PER_TIMEOUT = 16;
  private static final long SHORTEST_MICROS = 500;
  private static final long LONGEST_MICROS = 10_000;

  private final Path path;
  private final Timer timer;
  private final long everyMicros;
  private final AtomicBoolean looking = new AtomicBoolean();

  Deadlines(Path path, Duration timeout, Timer timer) {
    this.path = path;
    this.timer = timer;
    long part = timeout.toNanos() / 1_000 / LOOKS_PER_TIMEOUT;
    this.everyMicros = Math.max(SHORTEST_MICROS, Math.min(part, LONGEST_MICROS));
  }

  /** Called when a request begins to wait. */
  void watch() {
    if (!looking.get() && looking.compareAndSet(false, true)) {
      again();
    }
  }

  private void again() {
    timer.later(everyMicros, TimeUnit.MICROSECONDS, this::look);
  }

  private void look() {
    if (path.sweep(Now.look())) {
      again();
      return;
    }
    looking.set(false);
    if (path.sweep(Now.look())) {
      watch();
    }
  }
}
