package io.github.ratelimiter.server.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.JointDecision;
import io.github.ratelimiter.JointLimiter;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.http.RateLimitHeaders;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.testkit.ManualTimeSource;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The limit that binds")
class BindingLimitTest {
  private final ManualTimeSource time = ManualTimeSource.create();
  private final LocalStateStore store = LocalStateStore.builder().timeSource(time).build();

  private RateLimiter limiter(String name, String limits) {
    return RateLimiter.builder()
        .policy(Policy.parse(name, limits))
        .store(store)
        .timeSource(time)
        .build();
  }

  @Test
  @DisplayName("is the one that the headers of the answer describe, whatever has been decided")
  void headers() {
    List<RateLimiter> limiters =
        List.of(
            limiter("a", "5/s burst 8; fixed-window 20/min"),
            limiter("b", "sliding-window 10/min"),
            limiter("c", "sliding-log 7/10s; leaky-bucket 3/s"));
    Random random = new Random(7);
    int refused = 0;
    for (int i = 0; i < 5_000; i++) {
      JointDecision decision = decide(limiters, random);
      refused += decision.allowed() ? 0 : 1;
      BindingLimit binding = BindingLimit.of(decision).orElseThrow();
      Instant now = Instant.EPOCH.plus(time.nowMicros(), ChronoUnit.MICROS);
      assertThat(RateLimitHeaders.legacy().of(decision, now))
          .containsAllEntriesOf(
              Map.of(
                  "X-RateLimit-Limit", Long.toString(binding.limit()),
                  "X-RateLimit-Remaining", Long.toString(binding.remaining()),
                  "X-RateLimit-Reset", Long.toString(binding.resetAt(now))));
      time.advance(Duration.ofMillis(random.nextInt(5_000)));
    }
    assertThat(refused).isBetween(500, 4_500);
  }

  private static JointDecision decide(List<RateLimiter> limiters, Random random) {
    String key = "k" + random.nextInt(3);
    if (random.nextInt(50) == 0) {
      limiters.get(random.nextInt(3)).drain(key, Duration.ofMillis(random.nextInt(3_000) + 1));
    }
    boolean observed = random.nextInt(4) == 0;
    JointLimiter.Part last = limiters.get(2).part(key).permits(random.nextInt(3) + 1L);
    return JointLimiter.of(
            limiters.get(0).part(key).permits(random.nextInt(4) + 1L),
            limiters.get(1).part(key).permits(random.nextInt(3) + 1L),
            observed ? last.observed() : last)
        .tryAcquire();
  }

  @Test
  @DisplayName("is missing if nothing is enforced")
  void observed() {
    JointDecision decision = JointLimiter.of(limiter("a", "1/s").part("k").observed()).tryAcquire();
    assertThat(BindingLimit.of(decision)).isEmpty();
  }
}
