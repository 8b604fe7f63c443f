package io.github.ratelimiter.fallback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.StoreMisconfiguredException;
import io.github.ratelimiter.StoreUnavailableException;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StoreListener;
import io.github.ratelimiter.testkit.ManualTimeSource;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the store is charged for after an outage. */
class ReconciliationTest {
  private final ManualTimeSource clock = ManualTimeSource.create();
  private final FaultyStore store = new FaultyStore(clock);
  private final RecordingListener listener = new RecordingListener();
  private final Policy policy = Policy.parse("test", "fixed-window 1000/h");

  private FallbackBuilder around() {
    return Fallback.around(store).timeSource(clock).window(2, 1).listener(listener);
  }

  private RateLimiter limiter(FallbackBuilder builder, Policy policy) {
    return RateLimiter.of(policy, builder.build());
  }

  private long used(String key, Policy policy) {
    Decision state = store.store.tryDecide(new Request.Peek(key, policy, 1));
    return policy.limits().get(0).capacity() - state.remaining();
  }

  private void recover() {
    store.up();
    clock.advance(Duration.ofSeconds(1));
  }

  @Test
  @DisplayName("what was admitted here is charged, key by key")
  void charged() {
    RateLimiter limiter = limiter(around(), policy);
    limiter.tryAcquire("a", 10);
    store.down();
    for (int i = 0; i < 200; i++) {
      limiter.tryAcquire("k" + i, 1 + i % 3);
    }
    limiter.tryAcquire("a", 30);
    limiter.refund("a", 5);
    recover();
    assertThat(used("a", policy)).isEqualTo(35);
    for (int i = 0; i < 200; i++) {
      assertThat(used("k" + i, policy)).isEqualTo(1 + i % 3);
    }
    assertThat(listener.states())
        .containsExactly("opened: down", "half-open", "closed", "recovered: 201 keys, 424 permits");
    assertThat(clock.waiting()).isZero();
  }

  @Test
  @DisplayName("in allow mode too, and never more than the limit")
  void chargedInAllowMode() {
    RateLimiter limiter = limiter(around().mode(Fallback.Mode.ALLOW), policy);
    store.down();
    for (int i = 0; i < 50; i++) {
      limiter.tryAcquire("k", 100);
    }
    limiter.tryAcquire("l", 100);
    recover();
    assertThat(used("k", policy)).isEqualTo(1_000);
    assertThat(used("l", policy)).isEqualTo(100);
  }

  @Test
  @DisplayName("what has come back by itself during the outage is not charged")
  void onlyWhatStillCounts() {
    Policy policy = Policy.parse("test", "100/min; fixed-window 1000/h from first use");
    RateLimiter limiter = limiter(around(), policy);
    store.down();
    limiter.tryAcquire("k", 80);
    clock.advance(Duration.ofSeconds(30));
    store.up();
    clock.advance(Duration.ofSeconds(1));
    Request.Charge charge = store.asked(Request.Charge.class).get(0);
    assertThat(charge.permitsOfLimits().get(0)).as("one in 0.6 s").isBetween(28L, 30L);
    assertThat(charge.permitsOfLimits().get(1)).isEqualTo(80);
  }

  @Test
  @DisplayName("a caller that waits for a charge is answered by its own deadline")
  void shorterThanTheCharge() {
    Fallback fallback = around().window(10, 10).build();
    store.down();
    decide(fallback, 1, 50_000);
    store.up();
    store.delayMicros = 40_000;
    CompletableFuture<Decision> first = decide(fallback, 1, 50_000);
    CompletableFuture<Decision> hasty = decide(fallback, 1, 5_000);
    clock.advance(Duration.ofMillis(5));
    assertThat(hasty).isDone();
    assertThat(hasty.join().source()).isEqualTo(Source.FALLBACK);
    assertThat(first).isNotDone();
  }

  private CompletableFuture<Decision> decide(Fallback fallback, long permits, long micros) {
    return fallback
        .decide(new Request.Acquire("k", policy, permits), Deadline.afterMicros(micros, clock))
        .toCompletableFuture();
  }

  @Test
  @DisplayName("what the store granted cannot be refunded here, and used here again")
  void refundOfWhatTheStoreGranted() {
    RateLimiter limiter = limiter(around(), policy);
    limiter.tryAcquire("k", 900);
    store.down();
    assertThat(limiter.tryAcquire("k", 40).allowed()).isTrue();
    assertThat(limiter.refund("k", 500).remaining()).isEqualTo(100);
    recover();
    assertThat(used("k", policy)).isEqualTo(900);
  }

  @Test
  @DisplayName("the next outage goes on from what the store says after the charge")
  void nextOutage() {
    RateLimiter limiter = limiter(around().instance(0, 2), policy);
    store.down();
    limiter.tryAcquire("k", 500);
    recover();
    clock.advance(Duration.ofSeconds(6));
    store.down();
    assertThat(limiter.tryAcquire("k", 250).allowed()).as("500 of 1000, by 2").isTrue();
    assertThat(limiter.tryAcquire("k").allowed()).isFalse();
    recover();
    assertThat(used("k", policy)).isEqualTo(750);
  }

  @Test
  @DisplayName("an outage that follows at once goes on from the one before")
  void nextOutageAtOnce() {
    RateLimiter limiter = limiter(around().instance(0, 2), policy);
    store.down();
    limiter.tryAcquire("k", 400);
    recover();
    limiter.tryAcquire("k", 90);
    store.down();
    assertThat(limiter.tryAcquire("k", 11).allowed()).as("490 of its 500 are used").isFalse();
    assertThat(limiter.tryAcquire("k", 10).allowed()).isTrue();
    recover();
    assertThat(used("k", policy)).isEqualTo(500);
  }

  @Test
  @DisplayName("the charge is sent before the first request of a caller")
  void chargeBeforeTheCall() {
    RateLimiter limiter = limiter(around().window(50, 20), policy);
    store.down();
    limiter.tryAcquire("k", 600);
    store.up();
    store.asked.clear();
    assertThat(limiter.tryAcquire("k", 600).allowed()).as("only 400 are left").isFalse();
    assertThat(store.asked).hasSize(2);
    assertThat(store.asked.get(0)).isEqualTo(new Request.Charge("k", policy, List.of(600L)));
    assertThat(listener.heard).endsWith("recovered: 1 keys, 600 permits");
    assertThat(limiter.tryAcquire("k", 400).source()).isEqualTo(Source.STORE);
    assertThat(store.asked(Request.Charge.class)).hasSize(1);
  }

  @Test
  @DisplayName("an alarm charges a key without further requests")
  void chargedByAnAlarm() {
    RateLimiter limiter = limiter(around().window(50, 20), policy);
    store.down();
    limiter.tryAcquire("k", 5);
    store.up();
    assertThat(used("k", policy)).isZero();
    clock.advance(Duration.ofSeconds(1));
    assertThat(used("k", policy)).isEqualTo(5);
    assertThat(clock.waiting()).isZero();
  }

  @Test
  @DisplayName("what may have been counted already is not charged")
  void unknownOutcomes() {
    RateLimiter limiter = limiter(around().window(50, 20), policy);
    store.losesAnswers();
    assertThat(limiter.tryAcquire("k", 7).source()).isEqualTo(Source.FALLBACK);
    recover();
    assertThat(used("k", policy)).isEqualTo(7);
    assertThat(store.asked(Request.Charge.class))
        .as("one that charges nothing: what does the store say now?")
        .containsExactly(new Request.Charge("k", policy, List.of(0L)));
    assertThat(listener.states()).isEmpty();
  }

  @Test
  @DisplayName("a charge is repeated if it certainly did not run, and not if its answer is lost")
  void chargesThatFail() {
    RateLimiter limiter = limiter(around().window(50, 20), policy);
    store.down();
    limiter.tryAcquire("lost", 7);
    store.losesAnswers();
    clock.advance(Duration.ofSeconds(1));
    store.down();
    limiter.tryAcquire("kept", 9);
    clock.advance(Duration.ofSeconds(3));
    assertThat(used("kept", policy)).isZero();
    recover();
    assertThat(used("lost", policy)).isEqualTo(7);
    assertThat(used("kept", policy)).isEqualTo(9);
  }

  private void wrongPassword() {
    store.fail(() -> new StoreMisconfiguredException("wrong password", false, null));
  }

  @Test
  @DisplayName("what could not be charged for a mistake stays, and is charged when that is mended")
  void chargesAndMistakes() {
    RateLimiter limiter = limiter(around(), policy);
    store.down();
    limiter.tryAcquire("k", 7);
    limiter.tryAcquire("l", 8);
    wrongPassword();
    clock.advance(Duration.ofMinutes(5));
    assertThatThrownBy(() -> limiter.tryAcquire("k"))
        .isInstanceOf(StoreMisconfiguredException.class);
    assertThat(listener.states()).endsWith("closed");
    recover();
    assertThat(used("k", policy)).isEqualTo(7);
    assertThat(used("l", policy)).isEqualTo(8);
    clock.advance(Duration.ofMinutes(5));
    assertThat(used("k", policy)).as("once").isEqualTo(7);
    assertThat(listener.states()).endsWith("recovered: 2 keys, 15 permits");
    assertThat(clock.waiting()).isZero();
  }

  @Test
  @DisplayName("shares that bind for longer than was thought say when to try again")
  void retryAfterWhileSharesBind() {
    Policy policy = Policy.parse("test", "sliding-log 13/2s");
    Fallback fallback = around().window(50, 20).instance(0, 5).build();
    RateLimiter limiter =
        RateLimiter.builder().policy(policy).store(fallback).timeSource(clock).build();
    wrongPassword();
    assertThatThrownBy(() -> limiter.tryAcquire("k"))
        .isInstanceOf(StoreMisconfiguredException.class);
    clock.advance(Duration.ofMinutes(1));
    store.down();
    Decision refused = limiter.tryAcquire("k", 4);
    assertThat(refused.allowed()).as("its share holds three").isFalse();
    assertThat(refused.retryAfter()).hasValueSatisfying(after -> assertThat(after).isPositive());
    CompletableFuture<Decision> turn = limiter.async().tryAcquire("k", 4, Duration.ofSeconds(20));
    assertThat(turn).isNotDone();
    recover();
    clock.advance(Duration.ofSeconds(20));
    assertThat(turn).isDone();
  }

  @Test
  @DisplayName("the first call that the store decides after a mistake has all others charged")
  void chargedAtTheFirstAnswer() {
    RateLimiter limiter = limiter(around(), policy);
    store.down();
    limiter.tryAcquire("k", 7);
    limiter.tryAcquire("l", 8);
    wrongPassword();
    clock.advance(Duration.ofMillis(10_500));
    store.up();
    limiter.tryAcquire("another");
    assertThat(used("k", policy) + used("l", policy)).isEqualTo(15);
  }

  @Test
  @DisplayName("a store that is set up wrongly is asked for some keys a second, not for all")
  void noStorm() {
    RateLimiter limiter = limiter(around(), policy);
    store.down();
    for (int i = 0; i < 10_000; i++) {
      limiter.tryAcquire("k" + i);
    }
    wrongPassword();
    clock.advance(Duration.ofSeconds(5));
    store.asked.clear();
    clock.advance(Duration.ofSeconds(10));
    assertThat(store.asked(Request.Charge.class)).hasSizeBetween(10, 11 * 64);
    recover();
    for (int i = 0; i < 10_000; i++) {
      assertThat(used("k" + i, policy)).isEqualTo(1);
    }
  }

  @Test
  @DisplayName("a charge that may have been carried out is not repeated after a mistake either")
  void mistakesThatMayHaveRun() {
    RateLimiter limiter = limiter(around(), policy);
    store.down();
    limiter.tryAcquire("k", 7);
    store.losesAnswers(() -> new StoreMisconfiguredException("the script failed", true, null));
    clock.advance(Duration.ofSeconds(10));
    recover();
    assertThat(used("k", policy)).isEqualTo(7);
  }

  @Test
  @DisplayName("closing while the store is set up wrongly ends all alarms")
  void closingAfterAMistake() {
    Fallback fallback = around().build();
    store.down();
    RateLimiter limiter = RateLimiter.of(policy, fallback);
    limiter.tryAcquire("k", 7);
    limiter.tryAcquire("k", 1);
    wrongPassword();
    clock.advance(Duration.ofSeconds(10));
    fallback.close();
    assertThat(clock.waiting()).isZero();
    assertThat(used("k", policy)).isZero();
  }

  @Test
  @DisplayName("an outage that comes back while keys are charged leaves the rest for later")
  void outageDuringRecovery() {
    RateLimiter limiter = limiter(around(), policy);
    store.down();
    for (int i = 0; i < 300; i++) {
      limiter.tryAcquire("k" + i);
    }
    store.up();
    store.delayMicros = 5_000;
    clock.advance(Duration.ofMillis(1_017));
    assertThat(store.asked(Request.Charge.class)).as("one batch").hasSize(64);
    store.down();
    clock.advance(Duration.ofMillis(100));
    assertThat(used("k0", policy) + used("k299", policy)).isLessThan(2);
    recover();
    clock.advance(Duration.ofSeconds(1));
    for (int i = 0; i < 300; i++) {
      assertThat(used("k" + i, policy)).isEqualTo(1);
    }
  }

  @Test
  @DisplayName("calls that come while their key is being charged wait for that")
  void duringTheCharge() {
    RateLimiter limiter = limiter(around().window(50, 20), policy);
    store.down();
    limiter.tryAcquire("k", 993);
    store.up();
    store.delayMicros = 1_000;
    CompletableFuture<Decision> first = limiter.async().tryAcquire("k", 4);
    CompletableFuture<Decision> second = limiter.async().tryAcquire("k", 4);
    assertThat(store.asked(Request.Charge.class)).hasSize(1);
    clock.advance(Duration.ofMillis(2));
    assertThat(List.of(first.join(), second.join()))
        .as("7 were left")
        .allMatch(decision -> decision.source() == Source.STORE)
        .filteredOn(Decision::allowed)
        .hasSize(1);
    assertThat(store.asked(Request.Charge.class)).hasSize(1);
  }

  @Test
  @DisplayName("a call is not sent if the charge before it was not carried out")
  void chargeThatWasNotCarriedOut() {
    RateLimiter limiter = limiter(around().window(50, 20), policy);
    store.down();
    limiter.tryAcquire("k", 993);
    store.asked.clear();
    assertThat(limiter.tryAcquire("k", 8).allowed()).as("7 are left here").isFalse();
    assertThat(limiter.tryAcquire("k", 7).source()).isEqualTo(Source.FALLBACK);
    assertThat(store.asked(Request.Acquire.class)).isEmpty();
    recover();
    assertThat(used("k", policy)).isEqualTo(1_000);
  }

  @Test
  @DisplayName("a reset after an outage forgets what was admitted in it")
  void reset() {
    RateLimiter limiter = limiter(around().window(50, 20), policy);
    store.down();
    limiter.tryAcquire("k", 7);
    store.up();
    assertThat(limiter.reset("k").remaining()).isEqualTo(1_000);
    clock.advance(Duration.ofSeconds(2));
    assertThat(used("k", policy)).isZero();
  }

  @Test
  @DisplayName("a caller that waited for a failed lease does not wait again")
  void noSecondWait() {
    Fallback fallback = around().window(50, 20).build();
    store.hang();
    CompletableFuture<Decision> lease =
        fallback.decide(new Request.Lease("k", policy, 1, 10, 10_000)).toCompletableFuture();
    CompletableFuture<Decision> plain =
        lease.thenCompose(refused -> fallback.decide(new Request.Acquire("k", policy, 1)));
    clock.advance(FaultyStore.DEADLINE);
    assertThat(plain).isCompleted();
    assertThat(plain.join().allowed()).isTrue();
    clock.advance(FaultyStore.DEADLINE);
    assertThat(fallback.decide(new Request.Acquire("k", policy, 1)).toCompletableFuture())
        .as("the store has its chance again")
        .isNotDone();
    store.up();
    clock.advance(Duration.ofSeconds(2));
    assertThat(used("k", policy)).isEqualTo(2);
  }

  @Test
  @DisplayName("a cancelled reservation of the outage is not charged")
  void cancelledReservations() {
    Policy policy = Policy.parse("test", "10/min burst 3");
    RateLimiter limiter =
        RateLimiter.builder().policy(policy).store(around().build()).timeSource(clock).build();
    store.down();
    limiter.tryAcquire("k", 3);
    limiter.async().tryAcquire("k", 1, Duration.ofMinutes(10)).cancel(false);
    recover();
    assertThat(store.asked(Request.Charge.class))
        .extracting(Request.Charge::permitsOfLimits)
        .containsExactly(List.of(3L));
  }

  @Test
  @DisplayName("closing charges the store for the pending usage")
  void closing() {
    Fallback fallback = around().window(50, 20).build();
    store.down();
    RateLimiter.of(policy, fallback).tryAcquire("k", 7);
    store.up();
    fallback.close();
    assertThat(used("k", policy)).isEqualTo(7);
    assertThat(clock.waiting()).isZero();
  }

  @Test
  @DisplayName("keys beyond the maximum are decided, and not charged")
  void maximumKeys() {
    RateLimiter limiter = limiter(around().maximumKeys(10), policy);
    store.down();
    for (int i = 0; i < 1_000; i++) {
      assertThat(limiter.tryAcquire("k" + i).allowed()).isTrue();
    }
    recover();
    assertThat(store.asked(Request.Charge.class)).hasSizeLessThanOrEqualTo(10);
  }

  @Test
  @DisplayName("a listener that throws has no effect on others, and events contain their reasons")
  void listeners() {
    StoreListener hostile =
        event -> {
          throw new IllegalStateException("hostile");
        };
    Fallback fallback =
        Fallback.around(store)
            .timeSource(clock)
            .window(1, 1)
            .listener(hostile)
            .listener(listener)
            .build();
    store.fail(() -> new StoreUnavailableException("broken", true, null));
    RateLimiter limiter = RateLimiter.of(policy, fallback);
    assertThat(limiter.tryAcquire("k").allowed()).isTrue();
    assertThat(limiter.tryAcquire("k").allowed()).isTrue();
    assertThat(listener.heard)
        .containsExactly(
            "opened: broken", "fell back, ALLOWED: broken", "fell back, ALLOWED: broken");
  }
}
