package io.github.ratelimiter;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StateStore;
import io.github.ratelimiter.store.StoreDecision;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The time that is left for a decision. */
class DeadlineTest {
  private final ManualTime time = new ManualTime();

  @Test
  @DisplayName("it passes as its own clock moves, and never has less than nothing left")
  void passes() {
    Deadline deadline = Deadline.after(Duration.ofMillis(50), time);
    assertThat(deadline.leftMicros()).isEqualTo(50_000);
    time.advance(49_999);
    assertThat(deadline.leftMicros()).isEqualTo(1);
    assertThat(deadline.hasPassed()).isFalse();
    time.advance(1);
    assertThat(deadline.leftMicros()).isZero();
    assertThat(deadline.hasPassed()).isTrue();
    time.advance(1_000_000);
    assertThat(deadline.leftMicros()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 53, -1})
  @DisplayName("hostile clocks do not make it wrap around")
  void hostileClocks(long origin) {
    AtomicLong now = new AtomicLong(origin);
    Deadline far = Deadline.afterMicros(Long.MAX_VALUE, now::get);
    Deadline past = Deadline.after(Duration.ofSeconds(-1), now::get);
    Deadline farther = Deadline.after(Duration.ofSeconds(Long.MAX_VALUE), now::get);
    assertThat(far.leftMicros()).isEqualTo(origin > 0 ? Long.MAX_VALUE - origin : Long.MAX_VALUE);
    assertThat(farther.leftMicros()).isEqualTo(far.leftMicros());
    assertThat(past.leftMicros()).isZero();
    assertThat(past.hasPassed()).isTrue();
    now.set(Long.MAX_VALUE);
    assertThat(past.leftMicros()).isZero();
    now.set(Long.MIN_VALUE);
    assertThat(far.leftMicros()).isPositive();
  }

  @Test
  @DisplayName("a limiter sets it at the call, by its own clock and its store's timeout")
  void setByTheLimiter() {
    AtomicReference<Deadline> seen = new AtomicReference<>();
    StateStore store =
        new StateStore() {
          @Override
          public CompletionStage<Decision> decide(Request request, Deadline deadline) {
            seen.set(deadline);
            return CompletableFuture.completedFuture(
                StoreDecision.of(request.policy(), Decision.Outcome.ALLOWED, 0, 0, 0));
          }

          @Override
          public Duration timeout() {
            return Duration.ofMillis(70);
          }
        };
    RateLimiter limiter =
        RateLimiter.builder().policy("test", "1/s").store(store).timeSource(time).build();
    time.advance(3);
    limiter.tryAcquire("k");
    assertThat(seen.get().timeSource()).isSameAs(time);
    assertThat(seen.get().micros()).isEqualTo(time.nowMicros() + 70_000);
  }
}
