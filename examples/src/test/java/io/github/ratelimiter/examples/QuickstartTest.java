package io.github.ratelimiter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Key;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.SlidingWindow;
import io.github.ratelimiter.TokenBucket;
import io.github.ratelimiter.local.LocalStateStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class QuickstartTest {
  private final List<String> served = new ArrayList<>();

  private void serve(String caller) {
    served.add(caller);
  }

  private static String comeBackIn(Duration time) {
    return "Retry-After: " + time.toSeconds();
  }

  private static String neverPossible() {
    return "too large";
  }

  @Test
  void howDoIBegin() {
    // At start, once:
    LocalStateStore store = LocalStateStore.create();
    RateLimiter limiter =
        RateLimiter.builder().policy("api", "100/min burst 20").store(store).build();

    // At every call:
    Decision decision = limiter.tryAcquire("user:42");
    if (decision.allowed()) {
      serve("user:42");
    } else {
      decision.retryAfter().map(time -> comeBackIn(time)).orElseGet(() -> neverPossible());
    }

    // At the end:
    store.close();
    assertThat(served).containsExactly("user:42");
  }

  @Test
  void howDoIWriteAPolicyInJava() {
    Policy policy =
        Policy.of(
            "api",
            TokenBucket.perSecond(10).burst(20),
            SlidingWindow.of(5_000, Duration.ofDays(1)));

    assertThat(policy).isEqualTo(Policy.parse("api", "10/s burst 20; sliding-window 5000/day"));
    assertThat(policy.text()).isEqualTo("10/s burst 20; sliding-window 5000/day");
  }

  @Test
  void howDoILimitTwoThingsInOneStore() {
    LocalStateStore store = LocalStateStore.create();
    RateLimiter login = RateLimiter.of(Policy.parse("login", "5/min"), store);
    RateLimiter search = RateLimiter.of(Policy.parse("search", "100/min"), store);

    assertThat(login.tryAcquire("user:42", 5).remaining()).isZero();
    assertThat(search.tryAcquire("user:42").remaining()).isEqualTo(99);
  }

  @Test
  void whatHappensWhenTwoPoliciesHaveOneName() {
    LocalStateStore store = LocalStateStore.create();
    RateLimiter login = RateLimiter.builder().policy("api", "5/min").store(store).build();
    RateLimiter search = RateLimiter.builder().policy("api", "100/min").store(store).build();
    login.tryAcquire("user:42", 5);
    assertThat(search.tryAcquire("user:42").remaining()).isEqualTo(94);
    assertThat(login.peek("user:42").allowed()).isFalse();
  }

  @Test
  void whatIsAKey() {
    RateLimiter limiter = RateLimiter.of(Policy.parse("pay", "5/min"), LocalStateStore.create());

    Decision decision = limiter.tryAcquire("user:42|endpoint:/pay");
    assertThat(decision.remaining()).isEqualTo(4);
    assertThat(limiter.tryAcquire("user:42|endpoint:/refund").remaining()).isEqualTo(4);
  }

  @Test
  void whatIfAClientChoosesAPartOfAKey() {
    String userId = "42";
    String path = "/pay";
    String key = Key.user(userId).and(Key.endpoint(path)).text(); // user:42|endpoint:/pay

    assertThat(key).isEqualTo("user:42|endpoint:/pay");
    assertThat(Key.user("42|endpoint:/pay").text()).isNotEqualTo(key);
  }
}
