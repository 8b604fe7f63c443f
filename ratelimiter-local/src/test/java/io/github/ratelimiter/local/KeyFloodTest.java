package io.github.ratelimiter.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.testkit.ManualTimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many keys that are used once. {@code -Dflood.keys=10000000} makes more of them. */
class KeyFloodTest {
  private static final int FLOOD = Integer.getInteger("flood.keys", 1_000_000);

  private final ManualTimeSource clock = ManualTimeSource.create();

  private LocalStateStore store(long maximumKeys) {
    return LocalStateStore.builder().maximumKeys(maximumKeys).timeSource(clock).build();
  }

  @Test
  @DisplayName("a million one-off keys neither fill the memory nor free a key at its limit")
  void floodThatFits() {
    LocalStateStore store = store(100_000);
    RateLimiter limiter = RateLimiter.of(Policy.parse("test", "10/h burst 10"), store);
    RateLimiter flooded = RateLimiter.of(Policy.parse("flood", "100/s"), store);
    while (limiter.tryAcquire("victim").allowed()) {
      // Until it is at its limit.
    }
    for (int i = 0; i < FLOOD; i++) {
      // Each is fresh again after 10 ms, in which 50,000 more come.
      if (i % 5 == 0) {
        clock.advance(Duration.ofNanos(1_000));
      }
      flooded.tryAcquire("flood" + i);
    }
    assertThat(store.keys()).isLessThanOrEqualTo(100_000);
    assertThat(store.evictions()).isZero();
    assertThat(limiter.tryAcquire("victim", 2).allowed()).as("2 permits, after 2 s").isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10/h",
        "fixed-window 10/h",
        "fixed-window 10/day in +00:30",
        "sliding-log 10/h; 5/h"
      })
  @DisplayName("of keys that do not fit, the nearest to fresh is evicted, and counted")
  void floodThatDoesNotFit(String text) {
    LocalStateStore store = store(1_000);
    RateLimiter limiter = RateLimiter.of(Policy.parse("test", "10/day"), store);
    RateLimiter flooded = RateLimiter.of(Policy.parse("flood", text), store);
    while (limiter.tryAcquire("victim").allowed()) {
      // Until it is at its limit.
    }
    for (int i = 0; i < 50_000; i++) {
      assertThat(flooded.tryAcquire("flood" + i).allowed()).isTrue();
    }
    assertThat(store.keys()).isEqualTo(1_000);
    assertThat(store.evictions()).isEqualTo(50_001 - 1_000);
    assertThat(limiter.tryAcquire("victim").allowed()).isFalse();
  }

  @Test
  @DisplayName("a store of one key holds one key")
  void oneKey() {
    LocalStateStore store = store(1);
    RateLimiter limiter = RateLimiter.of(Policy.parse("test", "1/h"), store);
    assertThat(limiter.tryAcquire("a").allowed()).isTrue();
    assertThat(limiter.tryAcquire("a").allowed()).isFalse();
    assertThat(limiter.tryAcquire("b").allowed()).isTrue();
    assertThat(store.keys()).isEqualTo(1);
    assertThat(limiter.tryAcquire("a").allowed()).as("evicted").isTrue();
    assertThat(store.evictions()).isEqualTo(2);
  }

  @Test
  @DisplayName("looks and refusals leave no key behind")
  void nothingToRemember() {
    LocalStateStore store = store(1_000);
    RateLimiter limiter = RateLimiter.of(Policy.parse("test", "10/h"), store);
    for (int i = 0; i < 100; i++) {
      limiter.peek("peek" + i);
      limiter.tryAcquire("refused" + i, 11);
      limiter.refund("refund" + i, 3);
      limiter.reset("reset" + i);
    }
    assertThat(store.keys()).isZero();
  }

  @Test
  @DisplayName("keys chosen to collide are hashed with a secret, and stay apart")
  void collidingKeys() {
    LocalStateStore store = store(100_000);
    RateLimiter limiter = RateLimiter.of(Policy.parse("test", "1/h"), store);
    List<String> keys = colliding(12);
    assertThat(keys.stream().map(String::hashCode).distinct()).hasSize(1);
    for (String key : keys) {
      assertThat(limiter.tryAcquire(key).allowed()).isTrue();
    }
    for (String key : keys) {
      assertThat(limiter.tryAcquire(key).allowed()).isFalse();
    }
    assertThat(store.keys()).isEqualTo(keys.size());
    assertThat(store.longestChain()).isLessThan(24);
  }

  /** "Aa" and "BB" have one hash, and so have all strings made of the two. */
  private static List<String> colliding(int pairs) {
    List<String> keys = List.of("");
    for (int i = 0; i < pairs; i++) {
      List<String> longer = new ArrayList<>();
      for (String key : keys) {
        longer.add(key + "Aa");
        longer.add(key + "BB");
      }
      keys = longer;
    }
    return keys;
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MAX_VALUE})
  void maximumOutOfRange(long maximumKeys) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> store(maximumKeys))
        .withMessageContaining("maximumKeys is " + maximumKeys);
  }
}
