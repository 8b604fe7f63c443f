package io.github.ratelimiter.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.store.Grant;
import io.github.ratelimiter.store.Request;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Time passes, clocks go backwards, and policies change. */
abstract class TimeSpec extends AcquireSpec {
  @Test
  @DisplayName("a month in a time zone ends at its midnight, and so does a lease")
  final void calendarWindow() {
    Policy policy = Policy.parse("test", "fixed-window 10/month in Europe/Berlin");
    clock.set(micros("2026-03-31T21:59:59.999Z"));
    assertThat(acquire("k", policy, 4).resetAfter()).isEqualTo(Duration.ofMillis(1));
    Grant lease = grantOf(decide(Way.LATER, new Request.Lease("k", policy, 1, 6, 60_000_000)));
    assertThat(lease.usedAtMicros()).isEqualTo(micros("2026-03-31T22:00:00Z"));
    assertThat(acquire("k", policy, 1).retryAfterMicros()).isEqualTo(1_000);
    clock.set(micros("2026-03-31T22:00:00Z"));
    Decision next = acquire("k", policy, 10);
    assertThat(next.allowed()).isTrue();
    assertThat(next.resetAfter()).isEqualTo(Duration.ofDays(30));
  }

  @Test
  @DisplayName(
      "another limit in the same calendar keeps the usage, another calendar starts with it")
  final void calendarVersions() {
    clock.set(micros("2026-10-24T22:00:00Z"));
    acquire("k", Policy.parse("test", "fixed-window 1000/day in Europe/Berlin"), 700);
    for (String text :
        List.of("fixed-window 2000/day in Europe/Berlin", "fixed-window 2000/day in UTC")) {
      Decision decision = peek("k", Policy.parse("test", text), 1);
      assertThat(decision.remaining()).isEqualTo(1300);
    }
    acquire("k", Policy.parse("test", "fixed-window 2000/day in Europe/Berlin"), 300);
    clock.set(micros("2026-10-25T22:59:59Z"));
    Policy first = Policy.parse("test", "fixed-window 1000/day in Europe/Berlin");
    assertThat(acquire("k", first, 1).retryAfter()).contains(Duration.ofSeconds(1));
  }

  private static long micros(String instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(instant));
  }

  @Test
  @DisplayName("a clock that goes backwards makes no permit available again")
  final void clockGoesBackwards() {
    for (String text :
        List.of("5/s", "fixed-window 5/s", "sliding-log 5/s", "sliding-window 5/s")) {
      Policy policy = Policy.parse("p-" + text.hashCode(), text);
      long start = clock.nowMicros();
      assertThat(acquire("k", policy, 5).allowed()).isTrue();
      for (long back : new long[] {1, 1_000_000, 3_600_000_000L}) {
        clock.set(start - back);
        assertThat(acquire("k", policy, 1).allowed()).as("%s, back %s", text, back).isFalse();
      }
      clock.set(start);
      assertThat(acquire("k", policy, 1).allowed()).isFalse();
      clock.set(start + 10_000_000);
    }
  }

  @Test
  @DisplayName("a key that expired and was dropped does not have its permits again in the past")
  final void droppedKeysStayInTheirTime() {
    Policy policy = Policy.parse("test", "5/s");
    long start = clock.nowMicros();
    acquire("k", policy, 5);
    clock.advance(Duration.ofSeconds(2));
    for (int i = 0; i < 1_000; i++) {
      acquire("other" + i, policy, 1);
    }
    acquire("k", policy, 5);
    clock.set(start + 1_000);
    assertThat(acquire("k", policy, 1).allowed()).isFalse();
  }

  @Test
  @DisplayName("a policy that changes keeps the usage of its keys")
  final void policyChanges() {
    Policy ten = Policy.parse("test", "10/h");
    acquire("k", ten, 10);
    Policy twenty = Policy.parse("test", "20/h");
    assertThat(peek("k", twenty, 1).remaining()).isEqualTo(10);
    assertThat(acquire("k", twenty, 1).remaining()).isEqualTo(9);
    assertThat(peek("k", ten, 1).remaining()).isZero();
    assertThat(acquire("k", ten, 1).allowed()).isFalse();
    Policy more = Policy.parse("test", "20/h; sliding-log 15/h");
    Decision decision = peek("k", more, 1);
    assertThat(decision.limits().get(0).remaining()).isEqualTo(9);
    assertThat(decision.limits().get(1).remaining()).isEqualTo(4);
  }
}
