package io.github.ratelimiter.bench.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SharedClockTest {
  @Test
  void advancesWithNanoTime() {
    SharedClock clock = new SharedClock();
    long nanos = System.nanoTime();
    assertThat(clock.micros(nanos + 5_000_000) - clock.micros(nanos)).isBetween(4_999L, 5_001L);
    assertThat(clock.errorMicros()).isPositive();
  }

  @Test
  void waitsUntilATime() {
    SharedClock clock = new SharedClock();
    long end = clock.micros() + 2_000;
    clock.sleepUntil(end);
    assertThat(clock.micros()).isGreaterThanOrEqualTo(end);
  }
}
