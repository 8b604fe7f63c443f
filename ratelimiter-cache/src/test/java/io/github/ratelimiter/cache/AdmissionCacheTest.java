package io.github.ratelimiter.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.KeyLimiter;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.Status;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StoreEvent;
import io.github.ratelimiter.testkit.ManualTimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AdmissionCacheTest {
  private final ManualTimeSource clock = ManualTimeSource.create();
  private final RecordingStore store = new RecordingStore(clock);
  private final AdmissionCache cache =
      AdmissionCache.around(store).timeSource(clock).lease(Duration.ofMillis(100)).build();
  private final Policy policy = Policy.parse("test", "1000/s");
  private final RateLimiter limiter =
      RateLimiter.builder().policy(policy).store(cache).timeSource(clock).build();

  private void heat() {
    for (int i = 0; i < 20; i++) {
      limiter.tryAcquire("hot");
    }
    assertThat(store.count(Request.Lease.class)).isPositive();
    store.asked.clear();
  }

  @Test
  @DisplayName("leases that come and go are events")
  void events() {
    List<StoreEvent> events = new ArrayList<>();
    AdmissionCache cache = AdmissionCache.around(store).timeSource(clock).build();
    cache.addListener(events::add);
    RateLimiter listened =
        RateLimiter.builder().policy(policy).store(cache).timeSource(clock).build();
    for (int i = 0; i < 20; i++) {
      assertThat(listened.tryAcquire("hot").allowed()).isTrue();
    }
    assertThat(events).hasOnlyElementsOfType(StoreEvent.LeaseGranted.class).isNotEmpty();
    cache.close();
    assertThat(events.get(events.size() - 1)).isInstanceOf(StoreEvent.LeaseReturned.class);
    assertThat(cache.status()).isInstanceOf(Status.Closed.class);
  }

  @Test
  @DisplayName("the store is asked once for what the cache cannot decide")
  void askedOnce() {
    limiter.tryAcquire("cold");
    limiter.peek("cold");
    limiter.refund("cold", 1);
    limiter.reset("cold");
    assertThat(store.asked).hasSize(4);
    heat();
    cache.close();
    assertThat(store.count(Request.ReturnLease.class)).isPositive();
    assertThat(store.tried).isZero();
  }

  @Test
  @DisplayName("a limiter for one key spends the leases of its key")
  void bound() {
    KeyLimiter bound = limiter.forKey("hot");
    for (int i = 0; i < 20; i++) {
      bound.tryAcquire();
    }
    assertThat(bound.tryAcquire().source()).isEqualTo(Source.LEASE);
    long remaining = bound.tryAcquire().remaining();
    assertThat(limiter.tryAcquire("hot").remaining()).isEqualTo(remaining - 1);
    assertThat(store.tried).isZero();
    limiter.reset("hot");
    assertThat(bound.tryAcquire().source()).as("the lease was dropped").isEqualTo(Source.STORE);
  }

  @Test
  @DisplayName("calls for more than a limit holds are impossible, and no demand for a lease")
  void impossible() {
    for (long permits : new long[] {2_000, 2_000, 2_000, 5_000, Long.MAX_VALUE}) {
      clock.advance(Duration.ofMillis(60));
      Decision decision = limiter.tryAcquire("k", permits);
      assertThat(decision.outcome()).isEqualTo(Decision.Outcome.IMPOSSIBLE);
    }
    assertThat(limiter.async().tryAcquire("k", 1)).isCompleted();
    assertThat(store.count(Request.Lease.class)).isZero();
  }

  @Test
  @DisplayName("a drain returns the leases of its key, and the usage of the key stays as it is")
  void drained() {
    RateLimiter daily =
        RateLimiter.builder()
            .policy("daily", "fixed-window 1000/day")
            .store(cache)
            .timeSource(clock)
            .build();
    for (int i = 0; i < 100; i++) {
      assertThat(daily.tryAcquire("hot").allowed()).isTrue();
    }
    assertThat(daily.drain("hot", Duration.ofSeconds(1)).allowed()).isTrue();
    assertThat(daily.tryAcquire("hot").allowed()).isFalse();
    clock.advance(Duration.ofSeconds(1));
    assertThat(daily.peek("hot").remaining()).isEqualTo(900);
  }

  @Test
  @DisplayName("a limiter for one key leaves a slot that was evicted")
  void evicted() {
    AdmissionCache small =
        AdmissionCache.around(store)
            .timeSource(clock)
            .lease(Duration.ofMillis(100))
            .maximumKeys(1)
            .build();
    RateLimiter limiter =
        RateLimiter.builder().policy(policy).store(small).timeSource(clock).build();
    KeyLimiter bound = limiter.forKey("hot");
    for (int i = 0; i < 20; i++) {
      bound.tryAcquire();
    }
    assertThat(bound.tryAcquire().source()).isEqualTo(Source.LEASE);
    for (int i = 0; i < 1_000; i++) {
      limiter.tryAcquire("other");
    }
    limiter.reset("hot");
    assertThat(bound.tryAcquire().source()).isEqualTo(Source.STORE);
    assertThat(bound.peek().remaining()).isEqualTo(999);
  }

  @Test
  @DisplayName("the store decides a key with few requests")
  void coldKeys() {
    for (int i = 0; i < 50; i++) {
      assertThat(limiter.tryAcquire("cold" + i).source()).isEqualTo(Source.STORE);
    }
    assertThat(store.count(Request.Acquire.class)).isEqualTo(50);
    assertThat(store.count(Request.Lease.class)).isZero();
  }

  @Test
  @DisplayName("a lease decides a frequent key, and remaining includes the permits of the lease")
  void hotKeys() {
    heat();
    long before = limiter.peek("hot").remaining();
    Decision decision = limiter.tryAcquire("hot");
    assertThat(decision.source()).isEqualTo(Source.LEASE);
    assertThat(decision.remaining()).isBetween(before, 999L);
  }

  @Test
  @DisplayName("a lease returns its permits before it ends")
  void givenBack() {
    heat();
    clock.advance(Duration.ofMillis(200));
    assertThat(store.count(Request.ReturnLease.class)).isPositive();
    clock.advance(Duration.ofSeconds(1));
    assertThat(limiter.peek("hot").remaining()).isEqualTo(1_000);
    assertThat(clock.waiting()).as("no alarm without a lease").isZero();
  }

  @Test
  @DisplayName("closing returns every lease, and later calls fail")
  void closing() {
    heat();
    cache.close();
    assertThat(store.count(Request.ReturnLease.class)).isPositive();
    assertThatIllegalStateException()
        .isThrownBy(() -> limiter.tryAcquire("hot"))
        .withMessageContaining("closed");
  }

  @Test
  @DisplayName(
      "a refusal is repeated until the store may decide otherwise, with the time that is left")
  void refusals() {
    Policy one = Policy.parse("one", "1/s");
    RateLimiter strict = RateLimiter.builder().policy(one).store(cache).build();
    strict.tryAcquire("k");
    assertThat(strict.tryAcquire("k").source()).isEqualTo(Source.STORE);
    clock.advance(Duration.ofMillis(99));
    Decision repeated = strict.tryAcquire("k");
    assertThat(repeated.source()).isEqualTo(Source.CACHED_REFUSAL);
    assertThat(repeated.retryAfter()).contains(Duration.ofMillis(901));
    clock.advance(Duration.ofMillis(1));
    assertThat(strict.tryAcquire("k").source()).as("older than a lease").isEqualTo(Source.STORE);
    assertThat(strict.tryAcquire("k").source()).isEqualTo(Source.CACHED_REFUSAL);
    strict.refund("k", 1);
    assertThat(strict.tryAcquire("k").allowed()).as("after a refund").isTrue();
  }

  @Test
  @DisplayName("a refusal of five permits is not repeated for one")
  void refusalsOfMore() {
    Policy five = Policy.parse("five", "5/min");
    RateLimiter strict = RateLimiter.builder().policy(five).store(cache).build();
    strict.tryAcquire("k", 2);
    assertThat(strict.tryAcquire("k", 5).allowed()).isFalse();
    assertThat(strict.tryAcquire("k", 5).source()).isEqualTo(Source.CACHED_REFUSAL);
    assertThat(strict.tryAcquire("k", 6).outcome()).isEqualTo(Decision.Outcome.IMPOSSIBLE);
    assertThat(strict.tryAcquire("k", 3).allowed()).isTrue();
  }

  @Test
  @DisplayName("without a lease, one caller requests it and the others wait for it")
  void noHerd() {
    store.slow = true;
    List<CompletableFuture<Decision>> calls = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      calls.add(limiter.async().tryAcquire("hot"));
    }
    clock.advance(Duration.ofMillis(1));
    store.asked.clear();
    for (int i = 0; i < 10; i++) {
      calls.add(limiter.async().tryAcquire("hot"));
    }
    clock.advance(Duration.ofMillis(1));
    assertThat(calls).allMatch(call -> call.join().allowed());
    assertThat(store.asked.get(0)).isInstanceOf(Request.Lease.class);
    assertThat(store.asked.size()).as("the next may be fetched ahead").isLessThanOrEqualTo(2);
    assertThat(store.count(Request.Acquire.class)).isZero();
  }

  @Test
  @DisplayName("no caller waits for a renewal, and the renewals of many keys are sent together")
  void renewedTogether() {
    List<String> keys = List.of("a", "b", "c");
    for (int millis = 0; millis < 400; millis++) {
      for (String key : keys) {
        int asked = store.asked.size();
        if (limiter.tryAcquire(key).source() == Source.LEASE && millis > 100) {
          assertThat(store.asked).as("this caller asks for nothing").hasSize(asked);
        }
      }
      clock.advance(Duration.ofMillis(1));
    }
    assertThat(store.count(Request.Lease.class)).isBetween(3 * 3L, 3 * 8L);
    assertThat(store.count(Request.Acquire.class)).isLessThan(3 * 5);
  }

  @Test
  @DisplayName("another version of the policy does not spend the lease of the one before")
  void versions() {
    heat();
    Policy lower = Policy.parse("test", "10/s");
    Decision decision = RateLimiter.of(lower, cache).tryAcquire("hot");
    assertThat(store.count(Request.ReturnLease.class)).isPositive();
    assertThat(decision.policy()).isEqualTo(lower);
    assertThat(decision.allowed()).as("20 of 10 used").isFalse();
  }

  @Test
  @DisplayName("a reset drops the lease")
  void resets() {
    heat();
    assertThat(limiter.reset("hot").remaining()).isEqualTo(1_000);
    limiter.tryAcquire("hot", 1_000);
    clock.advance(Duration.ofMillis(80));
    assertThat(store.count(Request.ReturnLease.class)).isZero();
    assertThat(limiter.peek("hot").remaining()).isEqualTo(80);
  }

  @Test
  void toStringShowsTheStore() {
    assertThat(limiter).hasToString("test (1000/s) -> admission cache -> recording store");
  }

  @Test
  void outOfRange() {
    AdmissionCacheBuilder builder = AdmissionCache.around(store);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.lease(Duration.ofMillis(9)))
        .withMessage("lease is PT0.009S; it must be from 10 ms to 10 s");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.refusalAge(Duration.ofMillis(-1)))
        .withMessageContaining("refusalAge is PT-0.001S");
    for (double share : new double[] {0, -1, 1.01, Double.NaN}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> builder.share(share))
          .withMessageContaining("share is " + share);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.maximumKeys(0))
        .withMessageContaining("maximumKeys is 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.maximumBytes(1))
        .withMessageContaining("maximumBytes is 1");
  }
}
