package io.github.ratelimiter.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.Outcome;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.store.Grant;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StoreDecision;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Permits are taken before their use, and returned if they are not used. */
abstract class GrantSpec extends TimeSpec {
  @Test
  @DisplayName("leased permits count as used at the end of their lease")
  final void leases() {
    Policy policy = Policy.parse("test", "10/s");
    Decision leased = decide(Way.LATER, new Request.Lease("k", policy, 1, 4, 100_000));
    Grant grant = grantOf(leased);
    assertThat(grant.permits()).isEqualTo(4);
    assertThat(grant.delayMicros()).isEqualTo(100_000);
    // Ten, minus four, minus what is refilled during the lease.
    assertThat(leased.remaining()).isEqualTo(5);
    clock.advance(Duration.ofMillis(50));
    decide(Way.LATER, new Request.ReturnLease("k", policy, 2, grant));
    assertThat(peek("k", policy, 1).remaining()).isEqualTo(7);
    clock.advance(Duration.ofMillis(50));
    assertThat(peek("k", policy, 1).remaining()).isEqualTo(8);
    decide(Way.LATER, new Request.ReturnLease("k", policy, 2, grant));
    assertThat(peek("k", policy, 1).remaining()).as("returned too late").isEqualTo(8);
  }

  @Test
  @DisplayName("reservations are served in turn, and the last one can be cancelled")
  final void reservations() {
    Policy policy = Policy.parse("test", "10/s burst 1");
    for (int turn = 0; turn < 3; turn++) {
      assertThat(reserve(policy, 1_000_000).delayMicros()).isEqualTo(turn * 100_000L);
    }
    Decision refused = decide(Way.LATER, new Request.Reserve("k", policy, 1, 299_999));
    assertThat(refused.allowed()).isFalse();
    assertThat(refused.retryAfterMicros()).isEqualTo(1);
    Grant fourth = reserve(policy, 1_000_000);
    Grant fifth = reserve(policy, 1_000_000);
    decide(Way.LATER, new Request.Release("k", policy, fourth));
    assertThat(reserve(policy, 1_000_000).delayMicros())
        .as("the fifth depends on the fourth")
        .isEqualTo(500_000);
    assertThat(fifth.delayMicros()).isEqualTo(400_000);
    Grant seventh = reserve(policy, 1_000_000);
    decide(Way.LATER, new Request.Release("k", policy, seventh));
    assertThat(reserve(policy, 1_000_000)).isEqualTo(seventh);
  }

  private Grant reserve(Policy policy, long maxWait) {
    return grantOf(decide(Way.LATER, new Request.Reserve("k", policy, 1, maxWait)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10/s",
        "leaky-bucket 10/s",
        "fixed-window 10/s",
        "sliding-log 10/s",
        "sliding-window 10/s"
      })
  @DisplayName("held permits count as used now, and can be released in part")
  final void holds(String text) {
    Policy policy = Policy.parse("held", text);
    Decision held = decide(Way.LATER, new Request.Hold("k", policy, 8));
    Grant grant = grantOf(held);
    assertThat(held.remaining()).isEqualTo(2);
    assertThat(grant.permits()).isEqualTo(8);
    assertThat(grant.delayMicros()).isZero();
    Decision refused = decide(Way.LATER, new Request.Hold("k", policy, 3));
    assertThat(refused.outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(StoreDecision.of(refused).grant()).isEmpty();
    decide(Way.LATER, new Request.Release("k", policy, 5, grant));
    assertThat(peek("k", policy, 1).remaining()).isEqualTo(7);
    decide(Way.NOW_OR_LATER, new Request.Reset("k", policy));
    acquire("k", policy, 4);
    decide(Way.LATER, new Request.Release("k", policy, 3, grant));
    assertThat(peek("k", policy, 1).remaining()).as("held before the reset").isEqualTo(6);
  }

  @Test
  @DisplayName("a bucket takes back only held permits that later grants did not rely on")
  final void heldAndRelied() {
    Policy policy = Policy.parse("held", "10/s burst 5");
    Decision held = decide(Way.LATER, new Request.Hold("k", policy, 5));
    Grant grant = grantOf(held);
    clock.advance(Duration.ofMillis(300));
    assertThat(acquire("k", policy, 3).allowed()).isTrue();
    decide(Way.LATER, new Request.Release("k", policy, grant));
    // Of five, three were refilled and granted again.
    assertThat(peek("k", policy, 1).remaining()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10/s",
        "leaky-bucket 10/s",
        "fixed-window 10/s",
        "sliding-log 10/s",
        "sliding-window 10/s"
      })
  @DisplayName("a hold of a range takes as many permits as are available")
  final void holdsWhatIsAvailable(String text) {
    Policy policy = Policy.parse("held", text);
    assertThat(held(new Request.Hold("k", policy, 2, 7))).isEqualTo(7);
    assertThat(held(new Request.Hold("k", policy, 2, 7))).isEqualTo(3);
    Decision refused = decide(Way.LATER, new Request.Hold("k", policy, 1, 7));
    assertThat(refused.outcome()).isEqualTo(Outcome.REFUSED);
    Decision impossible = decide(Way.LATER, new Request.Hold("k", policy, 11, 20));
    assertThat(impossible.outcome()).isEqualTo(Outcome.IMPOSSIBLE);
  }

  private long held(Request request) {
    return StoreDecision.of(decide(Way.LATER, request)).grant().map(Grant::permits).orElse(0L);
  }

  @Test
  @DisplayName("a cost of each limit is taken from all limits or from none")
  final void costOfEachLimit() {
    Policy policy = Policy.parse("each", "fixed-window 3/s; sliding-log 1000/s");
    Decision held = decide(Way.LATER, new Request.HoldEach("k", policy, List.of(1L, 800L)));
    Grant grant = grantOf(held);
    assertThat(remainingOfEach("k", policy)).containsExactly(2L, 200L);
    Decision refused = decide(Way.LATER, new Request.HoldEach("k", policy, List.of(1L, 201L)));
    assertThat(refused.outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(refused.limit()).isEqualTo(policy.limits().get(1));
    assertThat(remainingOfEach("k", policy)).containsExactly(2L, 200L);
    Request more = new Request.HoldEach("k", policy, List.of(4L, 0L));
    assertThat(decide(Way.LATER, more).outcome()).isEqualTo(Outcome.IMPOSSIBLE);
    decide(Way.LATER, new Request.Release("k", policy, List.of(0L, 300L), grant));
    assertThat(remainingOfEach("k", policy)).containsExactly(2L, 500L);
  }
}
