package io.github.ratelimiter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The clocks of this process. */
class TimeSourceTest {
  @Test
  void thePreciseClockIsTheWallClockAndNeverGoesBack() {
    TimeSource clock = TimeSource.system();
    long wall = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    assertThat(Math.abs(clock.nowMicros() - wall)).isLessThan(60_000_000);
    assertThat(clock.lagMicros()).isZero();
    long before = clock.nowMicros();
    for (int i = 0; i < 100_000; i++) {
      long now = clock.nowMicros();
      assertThat(now >= before).isTrue();
      before = now;
    }
    assertThat(clock).hasToString("system time");
  }

  @Test
  void theCoarseClockFollowsThePreciseOne() throws InterruptedException {
    ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    try {
      TimeSource clock = TimeSource.coarse(Duration.ofMillis(1), scheduler);
      long start = clock.nowMicros();
      while (clock.nowMicros() < start + 3_000) {
        Thread.onSpinWait();
      }
      assertThat(clock.nowMicros()).isLessThanOrEqualTo(TimeSource.system().nowMicros());
      assertThat(clock.lagMicros()).isEqualTo(1_000);
      assertThat(clock).hasToString("system time read every PT0.001S");
    } finally {
      scheduler.shutdownNow();
      assertThat(scheduler.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, 999, 1_000_000_001})
  void aResolutionOutOfRangeIsNamed(long nanos) {
    ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    try {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> TimeSource.coarse(Duration.ofNanos(nanos), scheduler))
          .withMessage(
              "resolution is "
                  + Duration.ofNanos(nanos)
                  + "; it must be from 1 microsecond to 1 second");
    } finally {
      scheduler.shutdownNow();
    }
  }

  @Test
  void anAlarmRingsNotBeforeItsTime() {
    TimeSource clock = TimeSource.system();
    long start = clock.nowMicros();
    clock.after(2_000).join();
    assertThat(clock.nowMicros() - start).isGreaterThanOrEqualTo(2_000);
  }

  @Test
  void aCancelledAlarmOfYearsIsForgotten() {
    CompletableFuture<Void> alarm = TimeSource.system().after(1L << 50);
    assertThat(alarm.cancel(false)).isTrue();
    WeakReference<CompletableFuture<Void>> forgotten = new WeakReference<>(alarm);
    alarm = null;
    for (int i = 0; i < 100 && forgotten.get() != null; i++) {
      System.gc();
      Thread.yield();
    }
    assertThat(forgotten.get()).isNull();
  }
}
