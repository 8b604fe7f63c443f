package io.github.ratelimiter.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ratelimiter.CalendarWindow;
import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.algorithm.Domain;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calendar windows of a key: their ends, their leases, and versions of a policy. */
class CalendarWindowTest {
  private final KeyState state = new KeyState(policy("1/s"));

  private static Policy policy(String text) {
    return Policy.parse("test", text);
  }

  private static long micros(String instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(instant));
  }

  private StoreDecision acquire(String policy, long permits, String instant) {
    return state.decide(new Request.Acquire("key", policy(policy), permits), micros(instant));
  }

  private long remaining(String policy, String instant) {
    return state.decide(new Request.Peek("key", policy(policy), 1), micros(instant)).remaining();
  }

  @Test
  void aDayOf25HoursEndsAtItsMidnight() {
    String day = "fixed-window 5/day in Europe/Berlin";
    assertThat(acquire(day, 5, "2026-10-24T22:00:00Z").resetAfter())
        .isEqualTo(Duration.ofHours(25));
    Decision refused = acquire(day, 1, "2026-10-25T22:30:00Z");
    assertThat(refused.allowed()).isFalse();
    assertThat(refused.retryAfter()).hasValue(Duration.ofMinutes(30));
    assertThat(acquire(day, 1, "2026-10-25T22:59:59.999999Z").retryAfterMicros()).isEqualTo(1);
    assertThat(acquire(day, 1, "2026-10-25T23:00:00Z").remaining()).isEqualTo(4);
  }

  @Test
  void aLeaseEndsWithItsWindow() {
    Policy month = policy("fixed-window 100/month in Europe/Berlin");
    long now = micros("2026-10-31T22:59:59.5Z");
    Grant lease =
        state.decide(new Request.Lease("key", month, 1, 60, 2_000_000), now).grant().orElseThrow();
    assertThat(lease.usedAtMicros()).isEqualTo(micros("2026-10-31T23:00:00Z"));
    long next = micros("2026-10-31T23:00:00Z");
    assertThat(state.decide(new Request.ReturnLease("key", month, 60, lease), next).remaining())
        .isEqualTo(100);
  }

  @Test
  void permitsThatAreReturnedGoToTheirOwnWindow() {
    Policy day = policy("fixed-window 5/day in UTC");
    long now = micros("2026-10-31T23:59:59Z");
    Grant hold = state.decide(new Request.Hold("key", day, 3), now).grant().orElseThrow();
    assertThat(state.decide(new Request.Release("key", day, 1, hold), now).remaining())
        .isEqualTo(3);
    long next = micros("2026-11-01T00:00:00Z");
    state.decide(new Request.Acquire("key", day, 4), next);
    assertThat(state.decide(new Request.Release("key", day, 2, hold), next).remaining()).isOne();
    assertThat(state.decide(new Request.Refund("key", day, 1), next).remaining()).isEqualTo(2);
  }

  @Test
  void anotherLimitOfTheSameCalendarKeepsTheUsage() {
    acquire("fixed-window 1000/day in UTC", 700, "2026-10-31T10:00:00Z");
    assertThat(remaining("fixed-window 2000/day in UTC", "2026-10-31T11:00:00Z")).isEqualTo(1300);
    assertThat(remaining("fixed-window 500/day in UTC", "2026-10-31T11:00:00Z")).isZero();
    assertThat(acquire("fixed-window 2000/day in UTC", 100, "2026-10-31T12:00:00Z").resetAfter())
        .isEqualTo(Duration.ofHours(12));
    assertThat(remaining("fixed-window 1000/day in UTC", "2026-10-31T13:00:00Z")).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fixed-window 1000/day in Europe/Berlin",
        "fixed-window 1000/month in UTC",
        "fixed-window 1000/week from Sunday in UTC",
        "fixed-window 1000/day",
        "sliding-window 1000/day"
      })
  void anotherCalendarStartsWithTheUsage(String other) {
    acquire("fixed-window 1000/day in UTC", 700, "2026-10-31T10:00:00Z");
    assertThat(remaining(other, "2026-10-31T10:00:01Z")).isEqualTo(300);
    acquire(other, 100, "2026-10-31T10:00:02Z");
    assertThat(remaining("fixed-window 1000/day in UTC", "2026-10-31T10:00:03Z")).isEqualTo(200);
  }

  @Test
  void versionsThatAlternateAcrossMidnightCountTogether() {
    String old = "fixed-window 1000/day in UTC";
    String raised = "fixed-window 2000/day in UTC";
    acquire(old, 900, "2026-10-31T23:00:00Z");
    acquire(raised, 300, "2026-11-01T00:01:00Z");
    assertThat(remaining(old, "2026-11-01T00:02:00Z")).isEqualTo(700);
    acquire(old, 100, "2026-11-01T00:03:00Z");
    assertThat(remaining(raised, "2026-11-01T00:04:00Z")).isEqualTo(1600);
  }

  /** A turn after the window moves the counter of the other version there, with its count. */
  @Test
  void aReservedTurnInAnotherWindowIsCountedThere() {
    String day = "fixed-window 3/day in UTC";
    acquire(day, 1, "2026-10-31T23:59:58Z");
    Policy bucket = policy("1/3s");
    long now = micros("2026-10-31T23:59:59Z");
    state.decide(new Request.Reserve("key", bucket, 1, 5_000_000), now);
    state.decide(new Request.Reserve("key", bucket, 1, 5_000_000), now);
    assertThat(remaining(day, "2026-11-01T00:00:03Z")).isLessThanOrEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"day", "week", "month", "year"})
  void theLastInstantsAreCounted(String unit) {
    Policy policy = policy("fixed-window 1000000000000/" + unit + " in Pacific/Apia");
    long now = Domain.LATEST_INSTANT;
    StoreDecision decision =
        state.decide(new Request.Acquire("key", policy, Domain.MAX_PERMITS), now);
    assertThat(decision.allowed()).isTrue();
    assertThat(decision.resetAfter()).isBetween(Duration.ZERO, Duration.ofDays(367));
    assertThat(state.decide(new Request.Acquire("key", policy, 1), Long.MAX_VALUE).allowed())
        .isFalse();
    state.counters().forEach(c -> assertThat(c.words()[1]).isLessThan(Domain.MAX));
    assertThat(StateCodec.decode(policy, StateCodec.encode(state)).resetAfter(now)).isPositive();
  }

  @Test
  void aStoredStateNamesItsZone() {
    acquire("fixed-window 5/week from Sunday in America/New_York", 2, "2026-10-31T23:00:00Z");
    byte[] bytes = StateCodec.encode(state);
    KeyState read = StateCodec.decode(policy("1/s"), bytes);
    assertThat(read.policy().text())
        .isEqualTo("fixed-window 5/week from Sunday in America/New_York");
    assertThat(read.counters().get(0).words()).isEqualTo(state.counters().get(0).words());
  }

  @Test
  void aZoneThatIsNotKnownHereIsAnUnreadableState() {
    Policy written = Policy.of("test", CalendarWindow.perDay(5, ZoneId.of("America/New_York")));
    KeyState original = new KeyState(written);
    original.decide(new Request.Acquire("key", written, 2), micros("2026-10-31T23:00:00Z"));
    byte[] bytes = StateCodec.encode(original);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = bytes[i] == 'Y' ? (byte) 'Z' : bytes[i];
    }
    int checksum = ByteWriter.checksum(bytes, bytes.length - 4);
    java.nio.ByteBuffer.wrap(bytes).putInt(bytes.length - 4, checksum);
    assertThatThrownBy(() -> StateCodec.decode(written, bytes))
        .isInstanceOf(StateFormatException.class)
        .hasMessageContaining("time zone America/New_Zork; the day must be 1 to 7");
  }

  /** The store's clock decides; the caller's clock only determines the borders. */
  @Test
  void aCallerWithAWrongClockIsCountedOnTheStoresClock() {
    Policy day = policy("fixed-window 5/day in UTC");
    long now = micros("2026-10-31T12:00:00Z");
    Request acquire = new Request.Acquire("key", day, 1);
    for (int hours = -26; hours <= 11; hours++) {
      KeyState fresh = new KeyState(day);
      assertThat(fresh.decide(acquire, now, now + hours * 3_600_000_000L).resetAfter())
          .as("%s hours", hours)
          .isEqualTo(hours < -12 - 24 ? Duration.ofHours(20) : Duration.ofHours(12));
    }
    // More than the rest of the day ahead: the permits count in the window of the caller's clock.
    KeyState ahead = new KeyState(day);
    assertThat(ahead.decide(acquire, now, now + 13 * 3_600_000_000L).resetAfter())
        .isEqualTo(Duration.ofHours(36));
    assertThat(ahead.decide(acquire, now).remaining()).isEqualTo(3);
  }
}
