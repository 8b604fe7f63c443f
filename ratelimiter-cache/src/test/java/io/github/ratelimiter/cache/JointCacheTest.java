package io.github.ratelimiter.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.JointDecision;
import io.github.ratelimiter.JointLimiter;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.StoreUnavailableException;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.testkit.ManualTimeSource;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Joint calls behind a cache: parts with a lease are decided here, the store decides the others.
 */
class JointCacheTest {
  private final ManualTimeSource clock = ManualTimeSource.create();
  private final RecordingStore store = new RecordingStore(clock, Duration.ofMillis(20));
  private final AdmissionCache cache =
      AdmissionCache.around(store).timeSource(clock).lease(Duration.ofMillis(100)).build();
  private final RateLimiter everybody = limiter("everybody", "1000/s");
  private final RateLimiter users = limiter("users", "2/min");

  private RateLimiter limiter(String name, String policy) {
    return RateLimiter.builder().policy(name, policy).store(cache).timeSource(clock).build();
  }

  private JointDecision call(String user) {
    return JointLimiter.of(everybody.part("all"), users.part(user)).tryAcquire();
  }

  /** Requests a lease for everybody. */
  private void heat() {
    for (int i = 0; i < 20; i++) {
      assertThat(everybody.tryAcquire("all").allowed()).isTrue();
    }
    assertThat(store.count(Request.Lease.class)).isPositive();
    assertThat(everybody.tryAcquire("all").source()).isEqualTo(Source.LEASE);
    store.asked.clear();
  }

  @Test
  @DisplayName("a part with a lease is spent here, and the store is asked for the others")
  void partly() {
    heat();
    JointDecision decision = call("u");
    assertThat(decision.allowed()).isTrue();
    assertThat(decision.parts().get(0).decision().source()).isEqualTo(Source.LEASE);
    assertThat(decision.parts().get(1).decision().source()).isEqualTo(Source.STORE);
    assertThat(store.askedAll).hasSize(1);
    assertThat(store.askedAll.get(0).parts()).hasSize(1);
    assertThat(store.askedAll.get(0).request(0).key()).isEqualTo("u");
  }

  @Test
  @DisplayName("a refusal of the store gives the permits back to their lease")
  void givenBack() {
    heat();
    call("u");
    call("u");
    long before = everybody.tryAcquire("all").remaining();
    for (int i = 0; i < 10; i++) {
      assertThat(call("u").refusedBy().orElseThrow().part().key()).isEqualTo("u");
    }
    assertThat(everybody.tryAcquire("all").remaining()).isEqualTo(before - 1);
  }

  @Test
  @DisplayName("a failure of the store gives the permits back to their lease")
  void failed() {
    heat();
    long before = everybody.tryAcquire("all").remaining();
    store.down = true;
    for (int i = 0; i < 10; i++) {
      assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(() -> call("u"));
    }
    assertThat(everybody.tryAcquire("all").remaining()).isEqualTo(before - 1);
  }

  @Test
  @DisplayName("permits of a lease are not used after its end, however late the store answers")
  void tooLate() {
    heat();
    long before = users.peek("u").remaining();
    store.delayMicros = 150_000;
    CompletableFuture<JointDecision> call =
        JointLimiter.of(everybody.part("all"), users.part("u")).tryAcquireAsync();
    clock.advance(Duration.ofMillis(149));
    assertThat(call).isNotDone();
    store.delayMicros = 0;
    clock.advance(Duration.ofMillis(1));
    assertThat(call.join().allowed()).isTrue();
    assertThat(call.join().parts()).allMatch(part -> part.decision().source() == Source.STORE);
    assertThat(users.peek("u").remaining()).as("taken once").isEqualTo(before - 1);
  }

  @Test
  @DisplayName("a lease that may end before the store answers is not spent")
  void nearItsEnd() {
    heat();
    clock.advance(Duration.ofMillis(85));
    assertThat(call("u").parts()).allMatch(part -> part.decision().source() == Source.STORE);
    assertThat(store.askedAll.get(0).parts()).hasSize(2);
  }

  @Test
  @DisplayName("a cancelled call does not return the lease from which it has spent a permit")
  void cancelled() {
    RateLimiter few = limiter("few", "100/min");
    AdmissionCache greedy =
        AdmissionCache.around(store)
            .timeSource(clock)
            .share(1)
            .lease(Duration.ofMillis(100))
            .build();
    RateLimiter all =
        RateLimiter.builder().policy("few", "100/min").store(greedy).timeSource(clock).build();
    RateLimiter others =
        RateLimiter.builder().policy("users", "50/min").store(greedy).timeSource(clock).build();
    long granted = 0;
    for (int i = 0; i < 21; i++) {
      granted += all.tryAcquire("all").allowed() ? 1 : 0;
    }
    store.delayMicros = 5_000;
    for (int i = 0; i < 5; i++) {
      CompletableFuture<JointDecision> call =
          JointLimiter.of(all.part("all"), others.part("u")).tryAcquireAsync(Duration.ofSeconds(1));
      call.cancel(false);
      clock.advance(Duration.ofMillis(5));
    }
    while (all.tryAcquire("all").allowed()) {
      granted++;
    }
    assertThat(granted).isLessThanOrEqualTo(100);
    assertThat(store.asked).noneMatch(Request.Release.class::isInstance);
    assertThat(few.peek("all").remaining()).isLessThanOrEqualTo(1);
  }

  @Test
  @DisplayName("a caller who is known to be over a limit takes nothing from the others")
  void knownRefusal() {
    call("u");
    call("u");
    assertThat(call("u").allowed()).isFalse();
    assertThat(call("u").allowed()).isFalse();
    clock.advance(Duration.ofMillis(1));
    store.askedAll.clear();
    store.asked.clear();
    JointDecision refused =
        JointLimiter.of(users.part("u"), users.part("v"), everybody.part("some")).tryAcquire();
    assertThat(refused.refusedBy().orElseThrow().decision().source())
        .isEqualTo(Source.CACHED_REFUSAL);
    assertThat(refused.parts().get(1).decision().remaining()).isEqualTo(2);
    assertThat(store.askedAll).isEmpty();
    assertThat(store.asked).hasSize(2).hasOnlyElementsOfType(Request.Peek.class);
  }

  @Test
  @DisplayName("no lease is requested that is shorter than a call, or beside one with permits left")
  void noWaste() {
    RateLimiter bursts = limiter("bursts", "5000/s burst 500");
    for (int i = 0; i < 2_000; i++) {
      clock.advance(Duration.ofNanos(500_000));
      JointLimiter.of(bursts.part("all"), users.part("user" + i)).tryAcquire();
      JointLimiter.of(everybody.part("all"), users.part("user" + i)).tryAcquire();
    }
    assertThat(store.asked(Request.Lease.class))
        .noneMatch(lease -> lease.policy().name().equals("bursts"))
        .hasSizeLessThan(50);
  }

  @Test
  @DisplayName("if all parts can be decided here, the store is not asked")
  void allHere() {
    heat();
    call("u");
    call("u");
    assertThat(call("u").allowed()).isFalse();
    store.askedAll.clear();
    JointDecision refused = call("u");
    assertThat(refused.refusedBy().orElseThrow().decision().source())
        .isEqualTo(Source.CACHED_REFUSAL);
    assertThat(store.askedAll).isEmpty();
  }

  @Test
  @DisplayName("a key that is hot in joint calls only is leased as well")
  void heatedByJointCalls() {
    for (int i = 0; i < 100; i++) {
      clock.advance(Duration.ofMillis(1));
      call("user" + i);
    }
    assertThat(store.count(Request.Lease.class)).isPositive();
    JointDecision decision = call("another");
    assertThat(decision.parts().get(0).decision().source()).isEqualTo(Source.LEASE);
  }
}
