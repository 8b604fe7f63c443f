package io.github.ratelimiter;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Call.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("a decision event")
class DecisionEventTest {
  private final ManualTime time = new ManualTime();
  private final List<DecisionEvent> events = new ArrayList<>();

  private RateLimiter limiter(String policy) {
    return RateLimiter.builder()
        .policy("login", policy)
        .store(new TestStore(time))
        .timeSource(time)
        .listener(events::add)
        .build();
  }

  private DecisionEvent last() {
    return events.get(events.size() - 1);
  }

  @Test
  @DisplayName("names the call, its policy, key and permits")
  void call() throws InterruptedException {
    RateLimiter limiter = limiter("10/min");
    limiter.tryAcquire("a", 2);
    assertThat(last().operation()).isEqualTo(Operation.ACQUIRE);
    assertThat(last().permits()).isEqualTo(2);
    assertThat(last().key()).isEqualTo("a");
    assertThat(last().policy()).isEqualTo(Policy.parse("login", "10/min"));
    limiter.peek("a", 3);
    assertThat(last().operation()).isEqualTo(Operation.PEEK);
    limiter.refund("a", 1);
    assertThat(last().operation()).isEqualTo(Operation.REFUND);
    limiter.tryAcquire("a", 1, Duration.ZERO);
    assertThat(last().operation()).isEqualTo(Operation.ACQUIRE_WAITING);
    limiter.reset("a");
    assertThat(last().operation()).isEqualTo(Operation.RESET);
    assertThat(last().permits()).isZero();
    assertThat(last()).asString().doesNotContain("a\"").contains("RESET");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10/s",
        "leaky-bucket 10/s",
        "fixed-window 10/s",
        "sliding-window 10/s",
        "sliding-log 10/s",
        "10/s; 100/min"
      })
  @DisplayName("tells the first grant of a key from later ones")
  void newKey(String policy) {
    RateLimiter limiter = limiter(policy);
    limiter.peek("a");
    assertThat(last().isNewKey()).as("a peek").isFalse();
    limiter.tryAcquire("a", 3);
    assertThat(last().isNewKey()).as("the first grant").isTrue();
    limiter.tryAcquire("a", 1);
    assertThat(last().isNewKey()).as("the second").isFalse();
    limiter.tryAcquire("a", 9);
    assertThat(last().isNewKey()).as("a refusal").isFalse();
    limiter.refund("a", 4);
    assertThat(last().isNewKey()).as("a refund").isFalse();
    time.advance(60_000_000);
    limiter.tryAcquire("a", 1);
    assertThat(last().isNewKey()).as("after all permits had come back").isTrue();
  }

  @Test
  @DisplayName("tells the first grant of a key if each limit has its own cost")
  void newKeyWithCosts() {
    RateLimiter limiter = limiter("10/s; 100/min");
    limiter.tryAcquire("a", Cost.of(1, 50));
    assertThat(last().isNewKey()).as("the first grant").isTrue();
    limiter.tryAcquire("a", Cost.of(1, 50));
    assertThat(last().isNewKey()).as("the second").isFalse();
    limiter.reserve("b", 2, 20);
    assertThat(last().isNewKey()).as("a range that is granted in part").isTrue();
  }

  @Test
  @DisplayName("has the time that a call took if it waited")
  void time() throws InterruptedException {
    RateLimiter limiter = limiter("1/s");
    limiter.tryAcquire("a");
    assertThat(last().timeTaken()).isEmpty();
    var unused = limiter.async().tryAcquire("a");
    assertThat(last().timeTaken()).isEmpty();
    limiter.tryAcquire("b", 1, Duration.ZERO);
    assertThat(last().timeTaken().orElseThrow()).isPositive();
  }
}
