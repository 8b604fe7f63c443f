package io.github.ratelimiter.fallback;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.JointLimiter;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.StoreUnavailableException;
import io.github.ratelimiter.store.ForwardingStore;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StateStore;
import io.github.ratelimiter.testkit.ManualTimeSource;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Drains that meet an outage. */
class DrainFallbackTest {
  private final ManualTimeSource clock = ManualTimeSource.create();
  private final FaultyStore store = new FaultyStore(clock);

  private RateLimiter limiter(Fallback.Mode mode) {
    Fallback fallback =
        Fallback.around(store).timeSource(clock).window(1, 1).instance(0, 1).mode(mode).build();
    return RateLimiter.builder()
        .policy("downstream", "100/min")
        .store(fallback)
        .timeSource(clock)
        .build();
  }

  private void recover() {
    store.up();
    clock.advance(Duration.ofSeconds(8));
  }

  private static void assertDrained(Decision decision, Source source, long seconds) {
    assertThat(decision.outcome()).isEqualTo(Decision.Outcome.REFUSED);
    assertThat(decision.source()).isEqualTo(source);
    assertThat(decision.retryAfter()).contains(Duration.ofSeconds(seconds));
    assertThat(decision.remaining()).isZero();
  }

  @ParameterizedTest
  @EnumSource(names = {"LOCAL", "ALLOW"})
  @DisplayName("drained during an outage: refused here at once, and by the store afterwards")
  void during(Fallback.Mode mode) {
    RateLimiter limiter = limiter(mode);
    store.down();
    limiter.tryAcquire("other");
    assertThat(limiter.drain("k", Duration.ofMinutes(1)).allowed()).isTrue();
    assertDrained(limiter.tryAcquire("k"), Source.FALLBACK, 60);
    assertDrained(limiter.peek("k"), Source.FALLBACK, 60);
    assertThat(limiter.tryAcquire("other").allowed()).isTrue();
    recover();
    assertDrained(limiter.tryAcquire("k"), Source.STORE, 52);
    assertThat(store.asked(Request.Drain.class).stream().mapToLong(Request.Drain::micros))
        .as("what was left of it when the store was available again")
        .containsExactly(59_000_000L);
    clock.advance(Duration.ofSeconds(52));
    assertThat(limiter.tryAcquire("k", 100).allowed()).isTrue();
  }

  @Test
  @DisplayName("drained before an outage: refused until the drain ends, and its usage is known")
  void before() {
    Fallback fallback =
        Fallback.around(store).timeSource(clock).window(1, 1).instance(0, 1).build();
    RateLimiter limiter =
        RateLimiter.builder()
            .policy("downstream", "fixed-window 100/day; 1000/h")
            .store(fallback)
            .timeSource(clock)
            .build();
    limiter.tryAcquire("k", 30);
    limiter.drain("k", Duration.ofSeconds(10));
    limiter.tryAcquire("k");
    clock.advance(Duration.ofSeconds(4));
    store.down();
    limiter.tryAcquire("other");
    assertDrained(limiter.tryAcquire("k"), Source.FALLBACK, 6);
    clock.advance(Duration.ofSeconds(6));
    assertThat(limiter.tryAcquire("k", 71).allowed()).isFalse();
    assertThat(limiter.tryAcquire("k", 70).allowed()).isTrue();
  }

  @Test
  @DisplayName("a drain is refused here until the store has it")
  void notYetAtTheStore() {
    RateLimiter limiter = limiter(Fallback.Mode.LOCAL);
    store.losesAnswers();
    assertThat(limiter.drain("k", Duration.ofMinutes(1)).allowed()).isTrue();
    assertDrained(limiter.tryAcquire("k"), Source.FALLBACK, 60);
    assertThat(JointLimiter.of(limiter.part("k"), limiter.part("other")).tryAcquire().allowed())
        .isFalse();
  }

  @Test
  @DisplayName("a drain that has ended is not sent")
  void ended() {
    RateLimiter limiter = limiter(Fallback.Mode.LOCAL);
    store.down();
    limiter.tryAcquire("other");
    limiter.drain("k", Duration.ofMillis(500));
    recover();
    assertThat(store.asked(Request.Drain.class)).isEmpty();
    assertThat(limiter.tryAcquire("k").allowed()).isTrue();
  }

  @Test
  @DisplayName("a shorter drain does not end a longer one, and a reset ends both")
  void longer() {
    RateLimiter limiter = limiter(Fallback.Mode.LOCAL);
    store.down();
    limiter.tryAcquire("other");
    limiter.drain("k", Duration.ofMinutes(2));
    limiter.drain("k", Duration.ofMinutes(1));
    assertDrained(limiter.tryAcquire("k"), Source.FALLBACK, 120);
    recover();
    assertDrained(limiter.tryAcquire("k"), Source.STORE, 112);
    limiter.reset("k");
    assertThat(limiter.tryAcquire("k", 100).allowed()).isTrue();
  }

  @Test
  @DisplayName(
      "a reset ends a drain that the store does not know, also if the store answers at once")
  void resetAtOnce() {
    boolean[] down = {true};
    StateStore atOnce =
        new ForwardingStore(store.store) {
          @Override
          public Decision tryDecide(Request request) {
            if (down[0]) {
              throw new StoreUnavailableException("down", false, null);
            }
            return super.tryDecide(request);
          }
        };
    RateLimiter limiter =
        RateLimiter.builder()
            .policy("downstream", "100/min")
            .store(Fallback.around(atOnce).timeSource(clock).instance(0, 1).build())
            .timeSource(clock)
            .build();
    limiter.drain("k", Duration.ofMinutes(1));
    down[0] = false;
    assertDrained(limiter.tryAcquire("k"), Source.FALLBACK, 60);
    assertThat(limiter.reset("k").allowed()).isTrue();
    assertThat(limiter.tryAcquire("k", 100).allowed()).isTrue();
  }
}
