package io.github.ratelimiter.fallback;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Cost;
import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.LimitStatus;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.Reservation;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.testkit.ManualTimeSource;
import java.time.Duration;
import java.util.List;
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

  private RateLimiter gateway(Fallback.Mode mode) {
    Fallback fallback =
        Fallback.around(store).timeSource(clock).window(1, 1).instance(0, 1).mode(mode).build();
    return RateLimiter.builder()
        .policy("models", "fixed-window 60/day; sliding-log 1000/day")
        .store(fallback)
        .timeSource(clock)
        .build();
  }

  private List<Long> remaining(RateLimiter limiter) {
    return limiter.peek("k").limits().stream().map(LimitStatus::remaining).toList();
  }

  @ParameterizedTest
  @EnumSource(names = {"LOCAL", "ALLOW"})
  @DisplayName("a cost of each limit, reserved and settled during an outage")
  void costOfEachLimit(Fallback.Mode mode) {
    RateLimiter limiter = gateway(mode);
    assertThat(remaining(limiter)).containsExactly(60L, 1_000L);
    store.down();
    Reservation first = limiter.reserve("k", Cost.of(1, 800));
    assertThat(first.settle(Cost.of(1, 300)).allowed()).isTrue();
    limiter.reserve("k", Cost.of(1, 100)).settle(Cost.of(1, 150));
    limiter.record("k", Cost.of(0, 50));
    recover();
    assertThat(remaining(limiter)).as(mode.toString()).first().isEqualTo(58L);
    // The mode that allows everything does not return parts of a cost.
    assertThat(remaining(limiter).get(1)).isEqualTo(mode == Fallback.Mode.LOCAL ? 500 : 0);
  }

  @Test
  @DisplayName(
      "each limit is charged what was admitted of it, whatever the store has counted before")
  void costOfAKeyInUse() {
    RateLimiter limiter = gateway(Fallback.Mode.LOCAL);
    for (int i = 0; i < 5; i++) {
      limiter.tryAcquire("k", Cost.of(6, 80));
    }
    assertThat(remaining(limiter)).containsExactly(30L, 600L);
    store.down();
    assertThat(limiter.tryAcquire("k", Cost.of(1, 90)).allowed()).isTrue();
    limiter.reserve("k", Cost.of(2, 200)).settle(Cost.of(2, 50));
    limiter.tryAcquire("k", 3);
    limiter.record("k", Cost.of(0, 7));
    recover();
    assertThat(remaining(limiter)).containsExactly(24L, 450L);
  }

  @Test
  @DisplayName(
      "permits of a charge that was not carried out are owed again, of each limit as before")
  void costOfAFailedCharge() {
    RateLimiter limiter = gateway(Fallback.Mode.LOCAL);
    limiter.tryAcquire("k", Cost.of(30, 400));
    store.down();
    limiter.tryAcquire("k", Cost.of(1, 90));
    store.failOnly(request -> request instanceof Request.Charge);
    clock.advance(Duration.ofSeconds(3));
    assertThat(store.asked(Request.Charge.class)).isNotEmpty();
    limiter.tryAcquire("k", Cost.of(1, 10));
    recover();
    assertThat(remaining(limiter)).containsExactly(28L, 500L);
  }

  @Test
  @DisplayName("very large numbers that are recorded during an outage are charged")
  void recordedVeryMuch() {
    RateLimiter limiter = limiter(Fallback.Mode.LOCAL);
    store.down();
    limiter.record("k", Long.MAX_VALUE);
    limiter.record("k", Long.MAX_VALUE);
    recover();
    assertThat(limiter.peek("k").remaining()).isZero();
  }

  @Test
  @DisplayName("a cost that one limit can never hold is impossible, and no other")
  void impossibleCost() {
    RateLimiter limiter = gateway(Fallback.Mode.ALLOW);
    store.down();
    assertThat(limiter.tryAcquire("k", Cost.of(1, 800)).allowed()).isTrue();
    Decision impossible = limiter.tryAcquire("k", Cost.of(61, 1));
    assertThat(impossible.outcome()).isEqualTo(Decision.Outcome.IMPOSSIBLE);
    assertThat(impossible.limit()).isEqualTo(impossible.policy().limits().get(0));
  }

  @ParameterizedTest
  @EnumSource(names = {"LOCAL", "ALLOW"})
  @DisplayName("a range during an outage takes what is there")
  void range(Fallback.Mode mode) {
    RateLimiter limiter = limiter(mode);
    assertThat(limiter.tryAcquire("k", 70).allowed()).isTrue();
    store.down();
    Reservation some = limiter.reserve("k", 10, 200);
    assertThat(some.permits()).isEqualTo(mode == Fallback.Mode.LOCAL ? 30 : 100);
  }

  @Test
  @DisplayName("after an outage a range takes what both the share and the store have")
  void rangeWithinShare() {
    Fallback fallback =
        Fallback.around(store).timeSource(clock).window(1, 1).instance(0, 2).build();
    RateLimiter limiter =
        RateLimiter.builder()
            .policy("tokens", "fixed-window 100/day")
            .store(fallback)
            .timeSource(clock)
            .build();
    store.down();
    limiter.tryAcquire("k", 10);
    store.up();
    clock.advance(Duration.ofMillis(1_001));
    Reservation some = limiter.reserve("k", 1, 200);
    assertThat(some.permits()).as("half of the limit, of which ten are used").isEqualTo(40);
    some.settle(15);
    assertThat(limiter.reserve("k", 1, 200).permits()).as("the share has them back").isEqualTo(25);
  }
}
