package io.github.ratelimiter.fallback;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.store.Grant;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StoreDecision;
import io.github.ratelimiter.testkit.ManualTimeSource;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Outages while callers wait for permits: what is reserved ahead counts on both sides of each end
 * of an outage.
 */
class ReservedAheadTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  private final ManualTimeSource clock = ManualTimeSource.create();
  private final FaultyStore store = new FaultyStore(clock);

  /** The breaker does not open: each call shows what the state here is worth. */
  private RateLimiter limiter(Policy policy, int instances) {
    Fallback fallback =
        Fallback.around(store).timeSource(clock).window(50, 40).instance(0, instances).build();
    return RateLimiter.builder().policy(policy).store(fallback).timeSource(clock).build();
  }

  /** Returns a limiter of one of two instances: both still keep to their shares. */
  private RateLimiter afterAnOutage(Policy policy) {
    Fallback fallback =
        Fallback.around(store).timeSource(clock).window(2, 1).instance(0, 2).build();
    RateLimiter limiter =
        RateLimiter.builder().policy(policy).store(fallback).timeSource(clock).build();
    store.down();
    limiter.tryAcquire("k", 1);
    store.up();
    clock.advance(Duration.ofSeconds(1));
    return limiter;
  }

  private Duration fullAgainIn(Policy policy) {
    Decision state = store.store.tryDecide(new Request.Peek("k", policy, 1));
    return state.limits().get(0).resetAfter();
  }

  private void assertThatTheNextComesASecondAfterTheTurn(RateLimiter limiter) {
    assertThat(limiter.tryAcquire("k").allowed()).as("the turn has come: none is left").isFalse();
    clock.advance(Duration.ofMillis(1_001));
    assertThat(limiter.tryAcquire("k").allowed()).isTrue();
  }

  @Test
  @DisplayName("the store is charged with turns that have not come yet")
  void reservedHereBeforeTheEnd() {
    Policy policy = Policy.parse("test", "1/s burst 3");
    RateLimiter limiter = limiter(policy, 1);
    store.down();
    limiter.tryAcquire("k", 3);
    limiter.async().tryAcquire("k", 2, LONG);
    clock.advance(Duration.ofSeconds(1));
    store.up();
    limiter.peek("k");
    assertThat(store.asked(Request.Charge.class)).last().isNotNull();
    assertThat(fullAgainIn(policy)).isEqualTo(Duration.ofSeconds(4));
  }

  @Test
  @DisplayName("the store's turns that have not come yet count in an outage")
  void reservedInTheStore() {
    RateLimiter limiter = limiter(Policy.parse("test", "1/s burst 3"), 1);
    limiter.tryAcquire("k", 3);
    limiter.async().tryAcquire("k", 3, LONG);
    store.down();
    clock.advance(Duration.ofSeconds(3));
    assertThatTheNextComesASecondAfterTheTurn(limiter);
  }

  @Test
  @DisplayName("an answer of the store does not end what was reserved here")
  void reservedHereBeforeAnAnswer() {
    RateLimiter limiter = limiter(Policy.parse("test", "2/s burst 6"), 2);
    store.delayMicros = 10_000;
    CompletableFuture<Decision> late = limiter.async().peek("k", 1);
    store.down();
    limiter.tryAcquire("k", 3);
    limiter.async().tryAcquire("k", 3, LONG);
    clock.advance(Duration.ofMillis(10));
    assertThat(late).isCompleted();
    assertThat(limiter.tryAcquire("k").allowed()).isFalse();
    clock.advance(Duration.ofMillis(2_990));
    assertThatTheNextComesASecondAfterTheTurn(limiter);
  }

  @Test
  @DisplayName("what was reserved here counts from its turn on, whatever the store has left")
  void reservedHereBeforeABetterAnswer() {
    Policy policy = Policy.parse("test", "1/s burst 1");
    RateLimiter limiter = limiter(policy, 1);
    limiter.tryAcquire("k");
    store.delayMicros = 10_000;
    CompletableFuture<Decision> late = limiter.async().peek("k", 1);
    store.down();
    CompletableFuture<Decision> turn = limiter.async().tryAcquire("k", 1, LONG);
    store.store.tryDecide(new Request.Reset("k", policy));
    clock.advance(Duration.ofMillis(10));
    assertThat(late.join().remaining()).isEqualTo(1);
    assertThat(limiter.tryAcquire("k").allowed()).isFalse();
    clock.advance(Duration.ofMillis(1_490));
    assertThat(turn).isDone();
    assertThat(limiter.tryAcquire("k").allowed()).as("half a second after the turn").isFalse();
  }

  @Test
  @DisplayName("a turn comes after permits that the store may be granting")
  void turnsAndCallsOnTheirWay() {
    RateLimiter limiter = limiter(Policy.parse("test", "1/s burst 3"), 1);
    store.delayMicros = 10_000;
    CompletableFuture<Decision> onItsWay = limiter.async().tryAcquire("k");
    store.down();
    CompletableFuture<Decision> turn = limiter.async().tryAcquire("k", 3, LONG);
    clock.advance(Duration.ofMillis(999));
    assertThat(onItsWay.join().allowed()).isTrue();
    assertThat(turn).isNotDone();
    clock.advance(Duration.ofMillis(1));
    assertThat(turn).isDone();
  }

  @Test
  @DisplayName("a reservation of another outage that is cancelled takes nothing from this one")
  void cancelledInTheNextOutage() {
    Policy policy = Policy.parse("test", "10/h burst 10");
    RateLimiter limiter = limiter(policy, 1);
    store.down();
    limiter.tryAcquire("k", 10);
    CompletableFuture<Decision> old = limiter.async().tryAcquire("k", 10, Duration.ofHours(2));
    store.up();
    limiter.reset("k");
    store.down();
    assertThat(limiter.tryAcquire("k", 10).allowed()).isTrue();
    old.cancel(false);
    store.up();
    assertThat(limiter.tryAcquire("k", 1).allowed()).as("all ten are charged").isFalse();
  }

  @Test
  @DisplayName("what was taken from a share before a reset is not given back after it")
  void reservedBeforeAReset() {
    Policy policy = Policy.parse("test", "fixed-window 6/h");
    RateLimiter limiter = afterAnOutage(policy);
    limiter.reset("k");
    store.delayMicros = 10_000;
    CompletableFuture<Decision> refused = limiter.async().tryAcquire("k", 3);
    store.delayMicros = 0;
    limiter.reset("k");
    assertThat(limiter.tryAcquire("k", 3).allowed()).isTrue();
    store.store.tryDecide(new Request.Acquire("k", policy, 3));
    clock.advance(Duration.ofMillis(10));
    assertThat(refused.join().allowed()).as("others have taken the rest").isFalse();
    store.down();
    assertThat(limiter.tryAcquire("k").allowed()).as("its share of three is used").isFalse();
  }

  @Test
  @DisplayName("what a share takes back does not include what it refills until the last turn")
  void takenBackBeforeATurn() {
    Policy policy = Policy.parse("test", "4/s burst 8");
    RateLimiter limiter = afterAnOutage(policy);
    store.delayMicros = 10_000;
    CompletableFuture<Decision> refused = limiter.async().tryAcquire("k", 4);
    CompletableFuture<Decision> turn = limiter.async().tryAcquire("k", 2, LONG);
    store.store.tryDecide(new Request.Acquire("k", policy, 8));
    clock.advance(Duration.ofMillis(30));
    assertThat(refused).as("others have taken all").isCompletedWithValueMatching(d -> !d.allowed());
    store.down();
    clock.advance(Duration.ofMillis(2_970));
    assertThat(turn).isCompletedWithValueMatching(Decision::allowed);
    assertThat(limiter.tryAcquire("k", 3).allowed())
        .as("five at once, of a burst of four")
        .isFalse();
    clock.advance(Duration.ofSeconds(1));
    assertThat(limiter.tryAcquire("k", 2).allowed()).isTrue();
  }

  @Test
  @DisplayName("reservations with equal grants can each be cancelled once")
  void equalGrants() {
    Policy policy = Policy.parse("test", "1/s burst 3");
    Fallback fallback = Fallback.around(store).timeSource(clock).window(50, 40).build();
    store.down();
    Grant first = reserve(fallback, policy);
    Grant second = reserve(fallback, policy);
    assertThat(second).isEqualTo(first);
    assertThat(reserve(fallback, policy)).isEqualTo(first);
    cancel(fallback, policy, first);
    cancel(fallback, policy, second);
    store.up();
    fallback.decide(new Request.Peek("k", policy, 1)).toCompletableFuture().join();
    assertThat(store.asked(Request.Release.class)).isEmpty();
    assertThat(store.asked(Request.Charge.class)).last().extracting(Request::permits).isEqualTo(1L);
  }

  private static Grant reserve(Fallback fallback, Policy policy) {
    Request request = new Request.Reserve("k", policy, 1, 0);
    return StoreDecision.of(fallback.decide(request).toCompletableFuture().join()).grant().get();
  }

  private static void cancel(Fallback fallback, Policy policy, Grant grant) {
    Request request = new Request.Release("k", policy, grant);
    fallback.decide(request).toCompletableFuture().join();
  }
}
