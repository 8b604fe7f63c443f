package io.github.ratelimiter.fallback;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.store.KeyState;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.testkit.ManualTimeSource;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One instance and a store that comes and goes at random. Whatever it admits, with the store or
 * without it, a limiter whose store never fails would have admitted at that moment: so the limit
 * holds in every interval, before, during, after and across outages. Outcomes are known here: what
 * the store may have refused without our hearing of it is not charged, and could be too much.
 */
class NoFreeWindowTest {
  private static final int RUNS = Integer.getInteger("fallback.runs", 10);
  private static final int CALLS = 3_000;
  private static final int KEYS = 3;
  private static final AtomicLong ADMITTED_HERE = new AtomicLong();

  @AfterAll
  static void outagesMattered() {
    assertThat(ADMITTED_HERE).hasPositiveValue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "100/s burst 20",
        "40/s",
        "10/min burst 7",
        "leaky-bucket 50/s burst 30",
        "fixed-window 40/s",
        "sliding-log 40/s",
        "sliding-window 40/s",
        "100/s burst 20; fixed-window 60/s; sliding-log 300/min"
      })
  @DisplayName("the limit holds during an outage, and around its ends")
  void neverMoreThanWithoutOutages(String text) {
    Policy policy = Policy.parse("test", text);
    for (int run = 0; run < RUNS; run++) {
      simulate(policy, new Random(run), text + ", run " + run);
    }
  }

  private static void simulate(Policy policy, Random random, String name) {
    ManualTimeSource clock = ManualTimeSource.create();
    FaultyStore store = new FaultyStore(clock);
    Fallback fallback =
        Fallback.around(store)
            .window(2 + random.nextInt(30), 1 + random.nextInt(2))
            .slowCall(Duration.ofMinutes(1))
            .probeAfter(Duration.ofMillis(1 + random.nextInt(500)))
            .timeSource(clock)
            .build();
    RateLimiter limiter =
        RateLimiter.builder().policy(policy).store(fallback).timeSource(clock).build();
    long delay = random.nextInt(3) * 3_000L;
    Map<String, KeyState> reference = new HashMap<>();
    for (int call = 0; call < CALLS; call++) {
      clock.advance(Duration.ofNanos(random.nextInt(30_000) * 1_000L));
      int event = random.nextInt(100);
      if (event < 3) {
        store.down();
      } else if (event < 7) {
        store.up();
        store.delayMicros = delay;
      }
      String key = "k" + random.nextInt(KEYS);
      long permits = 1 + random.nextInt(4);
      CompletableFuture<Decision> answer = limiter.async().tryAcquire(key, permits);
      while (!answer.isDone()) {
        clock.advance(Duration.ofNanos(1_000_000));
      }
      Decision decision = answer.join();
      if (decision.allowed()) {
        if (decision.source() == Source.FALLBACK) {
          ADMITTED_HERE.incrementAndGet();
        }
        KeyState state = reference.computeIfAbsent(key, k -> new KeyState(policy));
        assertThat(
                state
                    .decide(new Request.Acquire(key, policy, permits), clock.nowMicros())
                    .allowed())
            .as("%s, call %s: %s of %s, %s", name, call, permits, key, decision)
            .isTrue();
      }
    }
  }
}
