package io.github.ratelimiter.fallback;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.Reservation;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.testkit.ManualTimeSource;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Reservations that meet an outage. */
class SettleFallbackTest {
  private final ManualTimeSource clock = ManualTimeSource.create();
  private final FaultyStore store = new FaultyStore(clock);

  private RateLimiter limiter(Fallback.Mode mode) {
    Fallback fallback =
        Fallback.around(store).timeSource(clock).window(1, 1).instance(0, 1).mode(mode).build();
    return RateLimiter.builder()
        .policy("tokens", "fixed-window 100/day")
        .store(fallback)
        .timeSource(clock)
        .build();
  }

  private void recover() {
    store.up();
    clock.advance(Duration.ofSeconds(8));
  }

  private long charged() {
    return store.asked(Request.Charge.class).stream().mapToLong(Request.Charge::permits).sum();
  }

  @ParameterizedTest
  @EnumSource(names = {"LOCAL", "ALLOW"})
  @DisplayName("reserved and settled during an outage: what was used is charged afterwards")
  void during(Fallback.Mode mode) {
    RateLimiter limiter = limiter(mode);
    store.down();
    Reservation reservation = limiter.reserve("k", 80);
    assertThat(reservation.allowed()).isTrue();
    assertThat(reservation.settle(30).remaining()).isEqualTo(70);
    limiter.reserve("k", 10).settle(15);
    recover();
    assertThat(charged()).isEqualTo(45);
    assertThat(limiter.peek("k").remaining()).isEqualTo(55);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("reserved before an outage: fewer permits stay reserved, more are owed to the store")
  void before(Fallback.Mode mode) {
    RateLimiter limiter = limiter(mode);
    Reservation lower = limiter.reserve("k", 20);
    Reservation higher = limiter.reserve("k", 20);
    store.down();
    limiter.tryAcquire("other");
    assertThat(lower.settle(5).allowed()).as("the store cannot take them back now").isTrue();
    assertThat(higher.settle(30).allowed()).isTrue();
    recover();
    assertThat(limiter.peek("k").remaining()).isEqualTo(50);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("what is recorded during an outage is charged afterwards")
  void recorded(Fallback.Mode mode) {
    RateLimiter limiter = limiter(mode);
    store.down();
    Decision state = limiter.record("k", 40);
    assertThat(state.allowed()).isTrue();
    assertThat(state.remaining()).isEqualTo(60);
    recover();
    assertThat(limiter.peek("k").remaining()).isEqualTo(60);
  }

  @Test
  @DisplayName("a record of unknown outcome is not charged again")
  void unknown() {
    RateLimiter limiter = limiter(Fallback.Mode.LOCAL);
    store.losesAnswers();
    limiter.record("k", 40);
    recover();
    assertThat(limiter.peek("k").remaining()).isEqualTo(60);
  }

  @Test
  @DisplayName("reserved during an outage and settled after it")
  void after() {
    RateLimiter limiter = limiter(Fallback.Mode.LOCAL);
    store.down();
    Reservation reservation = limiter.reserve("k", 40);
    recover();
    assertThat(limiter.peek("k").remaining()).isEqualTo(60);
    assertThat(reservation.settle(10).allowed()).isTrue();
    assertThat(limiter.peek("k").remaining()).as("charged already, and kept").isEqualTo(60);
  }
}
