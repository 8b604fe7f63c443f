package io.github.ratelimiter.fallback;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.testkit.ManualTimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** When the breaker opens by default: a server that is down, quickly; one that is well, never. */
class TimeWindowTest {
  private final ManualTimeSource clock = ManualTimeSource.create();
  private final FaultyStore store = new FaultyStore(clock);
  private final RecordingListener listener = new RecordingListener();
  private final RateLimiter limiter =
      RateLimiter.builder()
          .policy("test", "fixed-window 1000000/day")
          .store(
              Fallback.around(store)
                  .instance(0, 1)
                  .listener(listener)
                  .executor(Runnable::run)
                  .timeSource(clock)
                  .build())
          .timeSource(clock)
          .build();

  private final List<CompletableFuture<Decision>> calls = new ArrayList<>();

  private void call(int times) {
    for (int i = 0; i < times; i++) {
      calls.add(limiter.async().tryAcquire("k"));
    }
  }

  private boolean hasOpened() {
    return listener.states().stream().anyMatch(state -> state.startsWith("opened"));
  }

  /** A number of callers. Each calls again when it is answered. */
  private Duration untilOpen(int callers, Duration answer) {
    Duration passed = Duration.ZERO;
    while (!hasOpened() && passed.compareTo(Duration.ofSeconds(30)) < 0) {
      call(callers);
      clock.advance(answer);
      passed = passed.plus(answer);
    }
    return passed;
  }

  private void healthy(Duration time) {
    for (long millis = 0; millis < time.toMillis(); millis += 10) {
      call(5);
      clock.advance(Duration.ofMillis(10));
    }
    assertThat(hasOpened()).isFalse();
  }

  @Test
  @DisplayName("a server that hangs opens it at the twentieth call in vain, after two timeouts")
  void hangs() {
    healthy(Duration.ofSeconds(5));
    store.hang();
    assertThat(untilOpen(4, FaultyStore.DEADLINE)).isEqualTo(FaultyStore.DEADLINE.multipliedBy(5));
  }

  @Test
  @DisplayName("a server that hangs under a crowd of callers opens it after a second")
  void hangsUnderACrowd() {
    healthy(Duration.ofSeconds(5));
    store.hang();
    assertThat(untilOpen(1_000, FaultyStore.DEADLINE))
        .isLessThanOrEqualTo(Duration.ofMillis(1_050));
  }

  @Test
  @DisplayName("a server that answers the charges that a crowd waits for is not silent")
  void answersCharges() {
    healthy(Duration.ofSeconds(5));
    store.hangOnly(request -> !(request instanceof Request.Charge));
    assertThat(untilOpen(200, FaultyStore.DEADLINE)).isGreaterThanOrEqualTo(Duration.ofSeconds(5));
  }

  @Test
  @DisplayName("a server that refuses connections opens it within two timeouts")
  void isDown() {
    healthy(Duration.ofSeconds(5));
    store.down();
    assertThat(untilOpen(4, Duration.ofMillis(1))).isLessThanOrEqualTo(Duration.ofMillis(101));
  }

  @Test
  @DisplayName("a server that is down from the start opens it as well")
  void neverUp() {
    store.hang();
    assertThat(untilOpen(1, FaultyStore.DEADLINE)).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  @DisplayName("a server that is slow for longer than the window opens it")
  void isSlow() {
    healthy(Duration.ofSeconds(5));
    store.delayMicros = 30_000;
    assertThat(untilOpen(4, Duration.ofMillis(30)))
        .isBetween(Duration.ofSeconds(5), Duration.ofSeconds(12));
  }

  @Test
  @DisplayName("it opens if half of the calls fail for longer than the window")
  void halfFails() {
    healthy(Duration.ofSeconds(5));
    Duration passed = Duration.ZERO;
    while (!hasOpened()) {
      store.down();
      call(3);
      store.up();
      call(2);
      clock.advance(Duration.ofMillis(10));
      passed = passed.plusMillis(10);
    }
    assertThat(passed).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(12));
  }

  @Test
  @DisplayName("ten thousand calls at once that wait for each other do not open it")
  void burst() {
    healthy(Duration.ofSeconds(1));
    store.delayMicros = 45_000;
    call(10_000);
    clock.advance(Duration.ofMillis(45));
    store.up();
    healthy(Duration.ofSeconds(5));
  }

  @Test
  @DisplayName("the first calls of a cold process, all of them slow, do not open it")
  void cold() {
    store.delayMicros = 40_000;
    call(50);
    clock.advance(Duration.ofMillis(40));
    store.up();
    healthy(Duration.ofSeconds(5));
  }

  @Test
  @DisplayName(
      "calls that hear of their deadline late, for this process stood still, do not open it")
  void pause() {
    healthy(Duration.ofSeconds(1));
    store.hang();
    call(50);
    clock.set(clock.nowMicros() + 400_000);
    clock.advance(Duration.ZERO);
    assertThat(calls).allMatch(CompletableFuture::isDone);
    store.up();
    healthy(Duration.ofSeconds(5));
  }

  @Test
  @DisplayName("a clock that is set back neither opens it nor keeps it from opening")
  void clockSetBack() {
    healthy(Duration.ofSeconds(3));
    clock.set(clock.nowMicros() - 3_600_000_000L);
    healthy(Duration.ofSeconds(3));
    store.hang();
    assertThat(untilOpen(4, FaultyStore.DEADLINE)).isEqualTo(FaultyStore.DEADLINE.multipliedBy(5));
  }
}
