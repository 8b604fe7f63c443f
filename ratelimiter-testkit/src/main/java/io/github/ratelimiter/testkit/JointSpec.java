package io.github.ratelimiter.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.Outcome;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.store.JointRequest;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StoreDecision;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Permits of several keys are taken together or not at all. */
abstract class JointSpec extends ChargeSpec {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "5/min",
        "leaky-bucket 5/min",
        "fixed-window 5/min",
        "sliding-log 5/min",
        "sliding-window 5/min",
        "5/min; sliding-log 50/h"
      })
  @DisplayName("permits of several keys are granted together or not at all")
  final void joint(String text) {
    Policy users = Policy.parse("users", text);
    Policy everybody = Policy.parse("everybody", "4/min");
    List<Decision> granted =
        decideAll(part("u", users, 2), part("v", users, 1), part("all", everybody, 3));
    assertThat(granted).allMatch(Decision::allowed);
    assertThat(granted.stream().map(Decision::remaining)).containsExactly(3L, 4L, 1L);
    for (int attempt = 0; attempt < 3; attempt++) {
      List<Decision> refused = decideAll(part("u", users, 3), part("all", everybody, 2));
      assertThat(refused.get(0).allowed()).as("it could have granted").isTrue();
      assertThat(refused.get(0).remaining()).isEqualTo(3);
      assertThat(refused.get(1).outcome()).isEqualTo(Outcome.REFUSED);
      assertThat(refused.get(1).retryAfterMicros()).isEqualTo(15_000_000 - attempt);
      awaitRemaining("u", users, 3);
      assertThat(peek("all", everybody, 1).remaining()).isEqualTo(1);
      clock.advance(Duration.ofNanos(1_000));
    }
    List<Decision> impossible = decideAll(part("all", everybody, 5), part("w", users, 1));
    assertThat(impossible.get(0).outcome()).isEqualTo(Outcome.IMPOSSIBLE);
    awaitRemaining("w", users, 5);
    assertThat(decideAll(part("u", users, 3)).get(0).remaining()).isZero();
  }

  @Test
  @DisplayName("the refusal of an observed part refuses nothing")
  final void jointObserved() {
    Policy users = Policy.parse("users", "5/h");
    Policy tried = Policy.parse("tried", "2/h");
    assertThat(decideAll(part("u", users, 1), observed("t", tried, 2)))
        .extracting(Decision::remaining)
        .containsExactly(4L, 0L);
    assertThat(decideAll(part("u", users, 1), observed("t", tried, 1)))
        .extracting(Decision::allowed)
        .containsExactly(true, false);
    assertThat(peek("u", users, 1).remaining()).isEqualTo(3);
    assertThat(decideAll(part("u", users, 4), observed("new", tried, 1)))
        .extracting(Decision::allowed)
        .containsExactly(false, true);
    awaitRemaining("new", tried, 2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "5/min",
        "leaky-bucket 5/min",
        "fixed-window 5/min",
        "sliding-log 5/min",
        "sliding-window 5/min",
        "5/min; sliding-log 50/h"
      })
  @DisplayName("permits of several keys are held together or not at all, and can be released")
  final void jointHolds(String text) {
    Policy users = Policy.parse("users", text);
    Policy everybody = Policy.parse("everybody", "4/min");
    List<Decision> held = decideAll(hold("u", users, 2), hold("all", everybody, 3));
    assertThat(held).allMatch(Decision::allowed);
    assertThat(held).extracting(Decision::remaining).containsExactly(3L, 1L);
    assertThat(held).extracting(part -> grantOf(part).permits()).containsExactly(2L, 3L);
    List<Decision> refused = decideAll(hold("u", users, 3), hold("all", everybody, 2));
    assertThat(refused).extracting(Decision::allowed).containsExactly(true, false);
    assertThat(refused).noneMatch(part -> StoreDecision.of(part).grant().isPresent());
    awaitRemaining("u", users, 3);
    assertThat(peek("all", everybody, 1).remaining()).isEqualTo(1);
    decide(Way.LATER, new Request.Release("u", users, grantOf(held.get(0))));
    decide(Way.LATER, new Request.Release("all", everybody, 2, grantOf(held.get(1))));
    assertThat(peek("u", users, 1).remaining()).isEqualTo(5);
    assertThat(peek("all", everybody, 1).remaining()).isEqualTo(3);
  }

  private static JointRequest.Part hold(String key, Policy policy, long permits) {
    return new JointRequest.Part(new Request.Hold(key, policy, permits), false);
  }

  /**
   * A refusal costs the other parts nothing. If they were held separately, they are released soon.
   */
  private void awaitRemaining(String key, Policy policy, long permits) {
    JointRequest two = new JointRequest(List.of(part(key, policy, 1), part(key + "2", policy, 1)));
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
    while (!store.isAtomic(two)
        && peek(key, policy, 1).remaining() != permits
        && System.nanoTime() < end) {
      LockSupport.parkNanos(1_000_000);
    }
    assertThat(peek(key, policy, 1).remaining())
        .as("a refusal costs the others nothing")
        .isEqualTo(permits);
  }

  private static JointRequest.Part part(String key, Policy policy, long permits) {
    return new JointRequest.Part(new Request.Acquire(key, policy, permits), false);
  }

  private static JointRequest.Part observed(String key, Policy policy, long permits) {
    return new JointRequest.Part(new Request.Acquire(key, policy, permits), true);
  }
}
