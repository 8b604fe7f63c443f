package io.github.ratelimiter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.PolicyRegistry;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.testkit.ManualTimeSource;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class PoliciesByKeyTest {
  private final ManualTimeSource clock = ManualTimeSource.create();
  private final LocalStateStore store = LocalStateStore.builder().timeSource(clock).build();
  private final Map<String, String> tiers = new ConcurrentHashMap<>();

  private String tierOf(String key) {
    return tiers.getOrDefault(key, "free");
  }

  @Test
  void howDoIGiveEachTierItsLimits() {
    // One name: a user who changes tier keeps the usage.
    Map<String, Policy> byTier =
        Map.of(
            "free", Policy.parse("api", "10/min"),
            "premium", Policy.parse("api", "100/min burst 50"));
    Policy free = Policy.parse("api", "10/min");
    RateLimiter limiter =
        RateLimiter.builder()
            .policies(key -> byTier.getOrDefault(tierOf(key), free))
            .store(store)
            .build();

    limiter.tryAcquire("user:42", 10);
    assertThat(limiter.tryAcquire("user:42").allowed()).isFalse();

    tiers.put("user:42", "premium");
    assertThat(limiter.tryAcquire("user:42").remaining()).isEqualTo(39);
  }

  @Test
  void howDoIChangeALimitWhileRunning() {
    AtomicReference<Policy> current = new AtomicReference<>(Policy.parse("api", "10/h"));
    RateLimiter limiter = RateLimiter.builder().policies(key -> current.get()).store(store).build();
    limiter.tryAcquire("user:42", 10);

    current.set(Policy.parse("api", "20/h"));
    assertThat(limiter.peek("user:42").remaining()).isEqualTo(10);

    current.set(Policy.parse("api", "5/h"));
    assertThat(limiter.peek("user:42").allowed()).isFalse();
  }

  @Test
  void whatDoesALoweredLimitMakeMeWait() {
    AtomicReference<Policy> current = new AtomicReference<>(Policy.parse("api", "10/s"));
    RateLimiter limiter = RateLimiter.builder().policies(key -> current.get()).store(store).build();
    limiter.tryAcquire("user:42", 10);

    current.set(Policy.parse("api", "5/s"));

    // Ten are used, which fills the new limit of five: one of them is back in a fifth of a second.
    Decision decision = limiter.tryAcquire("user:42");
    assertThat(decision.retryAfter()).contains(Duration.ofMillis(200));
  }

  @Test
  void whatDoesAnAddedLimitStartWith() {
    AtomicReference<Policy> current = new AtomicReference<>(Policy.parse("api", "10/h"));
    RateLimiter limiter = RateLimiter.builder().policies(key -> current.get()).store(store).build();
    limiter.tryAcquire("user:42", 8);

    current.set(Policy.parse("api", "10/h; sliding-log 15/day"));

    Decision look = limiter.peek("user:42");
    assertThat(look.limits().get(0).remaining()).isEqualTo(2);
    assertThat(look.limits().get(1).remaining()).isEqualTo(7);
  }

  @Test
  void registryOfPolicies() {
    PolicyRegistry policies =
        PolicyRegistry.of(Policy.parse("login", "5/min"), Policy.parse("api", "100/min"));
    policies.onChange(change -> System.out.println(change.name() + ": " + change.after()));
    RateLimiter logins =
        RateLimiter.builder().policies(policies.named("login")).store(store).build();

    policies.replace(Policy.parse("login", "10/min"));
    assertThat(logins.peek("user:42").remaining()).isEqualTo(10);
  }
}
