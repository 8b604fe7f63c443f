package io.github.ratelimiter.fallback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.Outcome;
import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.StoreUnavailableException;
import io.github.ratelimiter.store.Grant;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StoreDecision;
import io.github.ratelimiter.testkit.ManualTimeSource;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Decisions while the store is down, for each mode and each kind of request. */
class OutageTest {
  private final ManualTimeSource clock = ManualTimeSource.create();
  private final FaultyStore store = new FaultyStore(clock);
  private final Policy policy = Policy.parse("test", "100/min");

  private FallbackBuilder around() {
    return Fallback.around(store).timeSource(clock).window(1, 1);
  }

  private RateLimiter limiter(FallbackBuilder builder, Policy policy) {
    return RateLimiter.builder().policy(policy).store(builder.build()).timeSource(clock).build();
  }

  private RateLimiter limiter(Fallback.Mode mode, String text) {
    return limiter(around().mode(mode), Policy.parse("test", text));
  }

  // --- modes -----------------------------------------------------------------------------------

  @Test
  @DisplayName("allow: whatever was used, and by the numbers of the account that is kept")
  void allow() {
    RateLimiter limiter = limiter(Fallback.Mode.ALLOW, "10/min");
    store.down();
    for (int i = 1; i <= 30; i++) {
      Decision decision = limiter.tryAcquire("k");
      assertThat(decision.allowed()).isTrue();
      assertThat(decision.source()).isEqualTo(Source.FALLBACK);
      assertThat(decision.remaining()).isEqualTo(Math.max(10 - i, 0));
      assertThat(decision.policy()).isEqualTo(Policy.parse("test", "10/min"));
    }
    assertThat(limiter.peek("k", 10).allowed()).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("what can never be granted is refused for ever in every mode")
  void impossible(Fallback.Mode mode) {
    store.down();
    RateLimiter limiter = limiter(mode, "100/min; 10/s");
    Decision decision = limiter.tryAcquire("k", 11);
    assertThat(decision.outcome()).isEqualTo(Outcome.IMPOSSIBLE);
    assertThat(decision.limit().text()).isEqualTo("10/s");
    assertThat(decision.retryAfter()).isEmpty();
    assertThat(limiter.peek("k", 11).outcome()).isEqualTo(Outcome.IMPOSSIBLE);
    assertThat(limiter(mode, "0/min").tryAcquire("k").outcome()).isEqualTo(Outcome.IMPOSSIBLE);
  }

  @Test
  @DisplayName("refuse: until the store is tried again")
  void refuse() {
    RateLimiter limiter = limiter(Fallback.Mode.REFUSE, "10/min");
    store.down();
    Decision decision = limiter.tryAcquire("k");
    assertThat(decision.outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(decision.source()).isEqualTo(Source.FALLBACK);
    assertThat(decision.retryAfter()).contains(Duration.ofSeconds(1));
    clock.advance(Duration.ofMillis(300));
    assertThat(limiter.tryAcquire("k").retryAfter()).contains(Duration.ofMillis(700));
    assertThat(limiter.peek("k").allowed()).isFalse();
    assertThat(decision.remaining()).isZero();
  }

  @Test
  @DisplayName("while a probe is on its way, until a store that is well would have answered it")
  void whileProbed() {
    RateLimiter limiter = limiter(Fallback.Mode.REFUSE, "10/min");
    store.down();
    limiter.tryAcquire("k");
    store.hang();
    clock.advance(Duration.ofMillis(1_001));
    assertThat(limiter.tryAcquire("k").retryAfter()).contains(Duration.ofMillis(10));
  }

  @Test
  @DisplayName("local: this instance's share, with the policy that was asked for")
  void local() {
    RateLimiter limiter = limiter(around().instance(1, 4), policy);
    store.down();
    for (int i = 1; i <= 25; i++) {
      Decision decision = limiter.tryAcquire("k");
      assertThat(decision.allowed()).isTrue();
      assertThat(decision.remaining()).isEqualTo(25 - i);
      assertThat(decision.policy()).isEqualTo(policy);
      assertThat(decision.source()).isEqualTo(Source.FALLBACK);
    }
    Decision refused = limiter.tryAcquire("k");
    assertThat(refused.allowed()).isFalse();
    assertThat(refused.retryAfter()).contains(Duration.ofMillis(2_400));
    clock.advance(Duration.ofMillis(2_400));
    assertThat(limiter.tryAcquire("k").allowed()).isTrue();
  }

  @Test
  @DisplayName("local: what the share cannot hold, but the policy can, is refused for now")
  void tooMuchForTheShare() {
    RateLimiter limiter = limiter(around().instance(1, 4), policy);
    store.down();
    limiter.tryAcquire("other");
    clock.advance(Duration.ofMillis(400));
    Decision decision = limiter.tryAcquire("k", 26);
    assertThat(decision.outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(decision.retryAfter()).contains(Duration.ofMillis(600));
    assertThat(decision.remaining()).isEqualTo(25);
  }

  @Test
  @DisplayName("local: a share that cannot be counted exactly refuses")
  void noShare() {
    Policy policy = Policy.parse("test", "3/366days burst 106");
    store.down();
    // One of them has 2/366days burst 53; for the other one, 1/366days is too slow for that burst.
    long allowed = 0;
    for (int i = 0; i < 2; i++) {
      RateLimiter limiter = limiter(around().instance(i, 2), policy);
      Decision decision = limiter.tryAcquire("k");
      assertThat(decision.source()).isEqualTo(Source.FALLBACK);
      if (decision.allowed()) {
        allowed++;
      } else {
        assertThat(decision.retryAfter()).contains(Duration.ofSeconds(1));
        assertThat(limiter.refund("k", 1).remaining()).isZero();
      }
    }
    assertThat(allowed).isEqualTo(1);
  }

  @Test
  @DisplayName("a policy can have a mode of its own")
  void modesByPolicy() {
    Fallback fallback = around().mode("login", Fallback.Mode.REFUSE).build();
    RateLimiter login = RateLimiter.of(Policy.parse("login", "5/min"), fallback);
    RateLimiter search = RateLimiter.of(Policy.parse("search", "5/min"), fallback);
    store.down();
    assertThat(search.tryAcquire("k").allowed()).isTrue();
    assertThat(login.tryAcquire("k").allowed()).isFalse();
  }

  @Test
  @DisplayName("one call that fails falls back, and the next one is the store's")
  void oneCall() {
    RateLimiter limiter = limiter(Fallback.around(store).timeSource(clock), policy);
    store.down();
    assertThat(limiter.tryAcquire("k").source()).isEqualTo(Source.FALLBACK);
    store.up();
    assertThat(limiter.tryAcquire("k").source()).isEqualTo(Source.STORE);
  }

  // --- the last known state --------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(
      strings = {
        "100/min",
        "leaky-bucket 100/min",
        "fixed-window 100/min",
        "fixed-window 100/min from first use",
        "fixed-window 100/month in Europe/Berlin",
        "sliding-log 100/min",
        "sliding-window 100/min"
      })
  @DisplayName("local: goes on from what the store last said, never from a second burst")
  void lastWord(String text) {
    clock.advance(Duration.ofSeconds(7));
    RateLimiter limiter = limiter(around().instance(1, 4), Policy.parse("test", text));
    limiter.tryAcquire("k", 61);
    limiter.tryAcquire("empty", 100);
    store.down();
    assertThat(limiter.peek("k").remaining()).as("39 of 100, so 9 of 25").isEqualTo(9);
    assertThat(limiter.tryAcquire("k", 10).allowed()).isFalse();
    assertThat(limiter.tryAcquire("k", 9).remaining()).isZero();
    assertThat(limiter.tryAcquire("empty").allowed()).isFalse();
    assertThat(limiter.tryAcquire("new", 25).allowed()).isTrue();
  }

  @Test
  @DisplayName("local: the last known state changes with time as the store's state does")
  void lastWordAges() {
    RateLimiter limiter = limiter(around().instance(1, 4), policy);
    limiter.tryAcquire("k", 100);
    limiter.tryAcquire("l", 100);
    store.down();
    clock.advance(Duration.ofSeconds(24));
    assertThat(limiter.peek("k").remaining()).isEqualTo(10);
    clock.advance(Duration.ofSeconds(60));
    assertThat(limiter.peek("l").remaining()).isEqualTo(25);
  }

  @Test
  @DisplayName("local: the last known state of an older version is used")
  void lastWordOfAnotherVersion() {
    Fallback fallback = around().instance(1, 4).build();
    RateLimiter.of(policy, fallback).tryAcquire("k", 60);
    store.down();
    RateLimiter more =
        RateLimiter.of(Policy.parse("test", "200/min; sliding-log 80/min"), fallback);
    Decision decision = more.peek("k");
    assertThat(decision.limits().get(0).remaining()).as("140 of 200, by 4").isEqualTo(35);
    assertThat(decision.limits().get(1).remaining()).as("20 of 80, by 4").isEqualTo(5);
  }

  // --- other requests --------------------------------------------------------------------------

  @Test
  @DisplayName("a reset fails with the exception of the store")
  void reset() {
    RateLimiter limiter = limiter(around(), policy);
    store.down();
    assertThatThrownBy(() -> limiter.reset("k"))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessage("down");
    assertThatThrownBy(() -> limiter.reset("k"))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessage("the store is not asked during an outage; nothing was done")
        .hasRootCauseMessage("down");
  }

  @Test
  @DisplayName("a lease is refused, and one that comes back is dropped")
  void leases() {
    Fallback fallback = around().build();
    Grant grant =
        StoreDecision.of(decide(fallback, new Request.Lease("k", policy, 1, 10, 10_000)))
            .grant()
            .orElseThrow();
    store.down();
    decide(fallback, new Request.Peek("k", policy, 1));
    Decision refused = decide(fallback, new Request.Lease("k", policy, 1, 10, 10_000));
    assertThat(refused.outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(refused.source()).isEqualTo(Source.FALLBACK);
    assertThat(StoreDecision.of(refused).grant()).isEmpty();
    assertThat(decide(fallback, new Request.ReturnLease("k", policy, 5, grant)).allowed()).isTrue();
  }

  private Decision decide(Fallback fallback, Request request) {
    CompletableFuture<Decision> decision = fallback.decide(request).toCompletableFuture();
    assertThat(decision).isDone();
    return decision.join();
  }

  @Test
  @DisplayName("a refund gives back to the share, and in the other modes changes no answer")
  void refund() {
    store.down();
    RateLimiter local = limiter(around().instance(0, 4), policy);
    local.tryAcquire("k", 20);
    assertThat(local.refund("k", 15).remaining()).isEqualTo(20);
    assertThat(limiter(Fallback.Mode.REFUSE, "10/min").refund("k", 1).allowed()).isTrue();
    RateLimiter allow = limiter(Fallback.Mode.ALLOW, "10/min");
    allow.tryAcquire("k", 5);
    assertThat(allow.refund("k", 5).remaining()).isEqualTo(10);
  }

  @Test
  @DisplayName("callers wait their turn under the share, and can give up")
  void reservations() {
    RateLimiter limiter = limiter(around().instance(1, 2), Policy.parse("test", "20/s burst 2"));
    store.down();
    limiter.tryAcquire("k");
    Duration maxWait = Duration.ofSeconds(1);
    CompletableFuture<Decision> first = limiter.async().tryAcquire("k", 1, maxWait);
    CompletableFuture<Decision> second = limiter.async().tryAcquire("k", 1, maxWait);
    assertThat(first).isNotDone();
    second.cancel(false);
    CompletableFuture<Decision> third = limiter.async().tryAcquire("k", 1, maxWait);
    clock.advance(Duration.ofMillis(100));
    assertThat(first.join().allowed()).isTrue();
    clock.advance(Duration.ofMillis(100));
    assertThat(third.join().allowed()).as("in the place of the one who gave up").isTrue();
    assertThat(limiter(Fallback.Mode.ALLOW, "1/min").async().tryAcquire("k", 1, maxWait))
        .isCompleted();
  }

  @Test
  @DisplayName("a reservation that was made here is never taken back from the store")
  void reservationsOfAnotherStore() {
    RateLimiter limiter = limiter(around(), Policy.parse("test", "10/s burst 1"));
    store.down();
    limiter.tryAcquire("k");
    CompletableFuture<Decision> turn = limiter.async().tryAcquire("k", 1, Duration.ofMinutes(1));
    assertThat(turn).isNotDone();
    store.up();
    clock.advance(Duration.ofMillis(50));
    store.asked.clear();
    turn.cancel(false);
    assertThat(store.asked(Request.Release.class)).isEmpty();
  }

  @Test
  @DisplayName("a reservation of the store is not cancelled here")
  void reservationsOfTheStore() {
    RateLimiter limiter = limiter(around(), Policy.parse("test", "10/s burst 1"));
    limiter.tryAcquire("k");
    CompletableFuture<Decision> turn = limiter.async().tryAcquire("k", 1, Duration.ofMinutes(1));
    assertThat(turn).isNotDone();
    store.down();
    turn.cancel(false);
    store.up();
    clock.advance(Duration.ofSeconds(1));
    assertThat(store.asked(Request.Release.class)).hasSize(1);
    assertThat(limiter.tryAcquire("k").source()).isEqualTo(Source.STORE);
  }
}
