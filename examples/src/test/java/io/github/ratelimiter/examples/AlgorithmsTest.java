package io.github.ratelimiter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.CalendarWindow;
import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.store.KeyState;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.testkit.ManualTimeSource;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The worked examples of the pages about algorithms. The clock begins at a border of windows. */
class AlgorithmsTest {
  private final ManualTimeSource clock = ManualTimeSource.create();
  private final LocalStateStore store = LocalStateStore.builder().timeSource(clock).build();

  private RateLimiter limiter(String policy) {
    return RateLimiter.builder().policy("api", policy).store(store).timeSource(clock).build();
  }

  @Test
  void doesATokenBucketDrift() {
    RateLimiter limiter = limiter("3/s");
    limiter.tryAcquire("k", 3);

    List<Long> waits = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      long wait = limiter.tryAcquire("k").retryAfterMicros();
      waits.add(wait);
      clock.advance(Duration.ofNanos(wait * 1_000));
      assertThat(limiter.tryAcquire("k").allowed()).isTrue();
    }
    assertThat(waits).containsExactly(333_334L, 333_333L, 333_333L);
  }

  @Test
  void howMuchDoesATokenBucketGrantInAnInterval() {
    RateLimiter limiter = limiter("100/min burst 20");
    int granted = 0;
    for (int millis = 0; millis <= 3_600_000; millis += 100) {
      granted += limiter.tryAcquire("k").allowed() ? 1 : 0;
      clock.advance(Duration.ofMillis(100));
      if (millis == 60_000) {
        assertThat(granted).isEqualTo(120);
      }
    }
    assertThat(granted).isEqualTo(6_020);
  }

  @Test
  void howLongIsALeakyBucketsQueue() {
    RateLimiter limiter = limiter("leaky-bucket 10/s burst 5");
    List<CompletableFuture<Decision>> turns = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      turns.add(limiter.async().tryAcquire("k", 1, Duration.ofMinutes(1)));
    }
    assertThat(turns.get(5).join().allowed()).isFalse();

    clock.advance(Duration.ofNanos(399_999_000));
    assertThat(turns.get(4)).isNotDone();
    clock.advance(Duration.ofNanos(1_000));
    assertThat(turns.get(4).join().allowed()).isTrue();
  }

  @Test
  void howMuchPassesAroundTheBorderOfAFixedWindow() {
    RateLimiter limiter = limiter("fixed-window 10/10s");
    clock.advance(Duration.ofNanos(9_999_999_000L));
    assertThat(limiter.tryAcquire("k", 10).allowed()).isTrue();
    clock.advance(Duration.ofNanos(1_000));
    assertThat(limiter.tryAcquire("k", 10).allowed()).isTrue();
  }

  @Test
  void howLongIsACalendarDay() {
    // Midnight in Berlin, before the clocks change.
    clock.set(micros("2026-10-24T22:00:00Z"));
    RateLimiter limiter = limiter("fixed-window 10/day in Europe/Berlin");
    assertThat(limiter.tryAcquire("k", 10).resetAfter()).isEqualTo(Duration.ofHours(25));
  }

  @Test
  void howDoILimitAMonth() {
    clock.set(micros("2026-10-31T22:59:00Z"));
    Policy policy = Policy.of("plan", CalendarWindow.perMonth(10_000, ZoneId.of("Europe/Berlin")));
    assertThat(policy.text()).isEqualTo("fixed-window 10000/month in Europe/Berlin");

    RateLimiter limiter =
        RateLimiter.builder().policy(policy).store(store).timeSource(clock).build();
    limiter.tryAcquire("customer:42", 10_000);

    // It is 23:59 on the last day of the month in Berlin.
    Decision refused = limiter.tryAcquire("customer:42");
    assertThat(refused.retryAfter()).contains(Duration.ofMinutes(1));
  }

  private static long micros(String instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(instant));
  }

  @Test
  void whenDoesALogGiveAPermitBack() {
    RateLimiter limiter = limiter("sliding-log 2/min");
    limiter.tryAcquire("k");
    clock.advance(Duration.ofSeconds(40));
    limiter.tryAcquire("k");

    Decision refused = limiter.tryAcquire("k");
    assertThat(refused.retryAfter()).contains(Duration.ofSeconds(20));

    clock.advance(Duration.ofNanos(19_999_999_000L));
    assertThat(limiter.tryAcquire("k").allowed()).isFalse();
    clock.advance(Duration.ofNanos(1_000));
    assertThat(limiter.tryAcquire("k").allowed()).isTrue();
  }

  @Test
  void howMuchTooMuchDoesASlidingCounterGrant() {
    RateLimiter limiter = limiter("sliding-window 10/10s");
    clock.advance(Duration.ofNanos(9_999_999_000L));
    int granted = limiter.tryAcquire("k", 10).allowed() ? 10 : 0;
    clock.advance(Duration.ofNanos(1_000));
    for (int second = 1; second <= 9; second++) {
      clock.advance(Duration.ofSeconds(1));
      granted += limiter.tryAcquire("k").allowed() ? 1 : 0;
    }
    assertThat(granted).isEqualTo(19);
  }

  @Test
  void howMuchTooLittleDoesASlidingCounterGrant() {
    RateLimiter limiter = limiter("sliding-window 10/10s");
    limiter.tryAcquire("k", 10);
    assertThat(limiter.peek("k", 1).retryAfter()).contains(Duration.ofSeconds(11));
    assertThat(limiter.peek("k", 10).retryAfter()).contains(Duration.ofSeconds(20));
  }

  @Test
  void whichLimitBinds() {
    RateLimiter limiter = limiter("10/s; fixed-window 15/min");
    limiter.tryAcquire("k", 10);

    // The bucket refuses for 100 ms. The window would allow it.
    Decision second = limiter.tryAcquire("k");
    assertThat(second.limit().text()).isEqualTo("10/s");
    assertThat(second.retryAfter()).contains(Duration.ofMillis(100));

    // Both refuse; the window refuses longer.
    Decision minute = limiter.tryAcquire("k", 6);
    assertThat(minute.limit().text()).isEqualTo("fixed-window 15/min");
    assertThat(minute.retryAfter()).contains(Duration.ofMinutes(1));
  }

  @Test
  void whenIsMyTurnUnderTwoLimits() {
    RateLimiter limiter = limiter("10/s burst 2; 30/min burst 3");
    assertThat(limiter.async().tryAcquire("k", 1, Duration.ofSeconds(9))).isDone();
    assertThat(limiter.async().tryAcquire("k", 1, Duration.ofSeconds(9))).isDone();
    clock.advance(Duration.ofMillis(100));
    assertThat(limiter.async().tryAcquire("k", 1, Duration.ofSeconds(9))).isDone();

    // The slower bucket is empty: a permit is there two seconds after the first was taken.
    CompletableFuture<Decision> fourth = limiter.async().tryAcquire("k", 1, Duration.ofSeconds(9));
    clock.advance(Duration.ofNanos(1_899_999_000L));
    assertThat(fourth).isNotDone();
    clock.advance(Duration.ofNanos(1_000));
    assertThat(fourth).isDone();
  }

  @Test
  void whatDoesALoweredLimitCharge() {
    KeyState state = new KeyState(Policy.parse("api", "10/s"));
    state.decide(new Request.Acquire("k", Policy.parse("api", "10/s"), 10), 0);

    Policy lowered = Policy.parse("api", "5/s");
    Decision refused = state.decide(new Request.Acquire("k", lowered, 1), 0);

    assertThat(refused.retryAfter()).contains(Duration.ofMillis(200));
  }
}
