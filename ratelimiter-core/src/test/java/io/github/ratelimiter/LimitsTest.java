package io.github.ratelimiter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.github.ratelimiter.algorithm.BucketAlgorithm;
import io.github.ratelimiter.store.Grant;
import io.github.ratelimiter.store.Request;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits and requests: the factories, and what they refuse. */
class LimitsTest {
  static Stream<Function<Duration, Limit>> limits() {
    return Stream.of(
        period -> TokenBucket.of(1, period),
        period -> LeakyBucket.of(1, period),
        period -> FixedWindow.of(1, period),
        period -> SlidingLog.of(1, period),
        period -> SlidingWindow.of(1, period));
  }

  @ParameterizedTest
  @MethodSource("limits")
  void aPeriodIsWholeMillisecondsFromOneTo366Days(Function<Duration, Limit> limit) {
    for (Duration period : new Duration[] {Duration.ofMillis(1), Duration.ofDays(366)}) {
      assertThat(limit.apply(period).period()).isEqualTo(period);
      assertThat(limit.apply(period).capacity()).isEqualTo(1);
      assertThat(limit.apply(period).permits()).isEqualTo(1);
    }
    for (Duration period :
        new Duration[] {
          Duration.ZERO,
          Duration.ofMillis(-1),
          Duration.ofNanos(1_000_001),
          Duration.ofNanos(999_999),
          Duration.ofDays(366).plusMillis(1),
          Duration.ofSeconds(Long.MAX_VALUE),
          Duration.ofSeconds(Long.MIN_VALUE)
        }) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> limit.apply(period))
          .withMessageStartingWith("period is " + (period.isZero() ? "0" : period))
          .withMessageEndingWith("it must be whole milliseconds from 1 ms to 366 days");
    }
    assertThatNullPointerException().isThrownBy(() -> limit.apply(null));
  }

  @Test
  void factoriesReadAsSentences() {
    assertThat(TokenBucket.perSecond(50).burst(90))
        .isEqualTo(new TokenBucket(50, Duration.ofSeconds(1), 90));
    assertThat(TokenBucket.perMinute(5)).isEqualTo(new TokenBucket(5, Duration.ofMinutes(1), 5));
    assertThat(LeakyBucket.perSecond(50).burst(90))
        .isEqualTo(new LeakyBucket(50, Duration.ofSeconds(1), 90));
    assertThat(LeakyBucket.perMinute(5)).isEqualTo(new LeakyBucket(5, Duration.ofMinutes(1), 5));
    assertThat(FixedWindow.of(5, Duration.ofHours(1)).fromFirstUse().start())
        .isEqualTo(WindowStart.FIRST_USE);
    assertThat(((BucketAlgorithm) LeakyBucket.perSecond(1).algorithm()).spaced()).isTrue();
    assertThat(((BucketAlgorithm) TokenBucket.perSecond(1).algorithm()).spaced()).isFalse();
    assertThatIllegalArgumentException().isThrownBy(() -> TokenBucket.perSecond(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> TokenBucket.perSecond(1).burst(0));
    assertThatNullPointerException()
        .isThrownBy(() -> new FixedWindow(1, Duration.ofHours(1), null))
        .withMessage("start");
  }

  @Test
  void aCalendarWindowHasAUnitAndAZone() {
    ZoneId berlin = ZoneId.of("Europe/Berlin");
    assertThat(CalendarWindow.perMonth(10_000, berlin))
        .isEqualTo(new CalendarWindow(10_000, CalendarUnit.MONTH, DayOfWeek.MONDAY, berlin));
    assertThat(CalendarWindow.perWeek(5, DayOfWeek.SUNDAY, berlin).firstDay())
        .isEqualTo(DayOfWeek.SUNDAY);
    assertThat(CalendarWindow.perWeek(5, berlin).firstDay()).isEqualTo(DayOfWeek.MONDAY);
    assertThat(CalendarWindow.perDay(5, berlin).period()).isEqualTo(Duration.ofDays(1));
    assertThat(CalendarWindow.perWeek(5, berlin).period()).isEqualTo(Duration.ofDays(7));
    assertThat(CalendarWindow.perMonth(5, berlin).period()).isEqualTo(Duration.ofDays(30));
    assertThat(CalendarWindow.perYear(5, berlin).period()).isEqualTo(Duration.ofDays(365));
    assertThat(CalendarWindow.perYear(5, berlin).capacity()).isEqualTo(5);
    refused(
        "firstDay is SUNDAY; for the unit MONTH it must be MONDAY",
        () -> new CalendarWindow(5, CalendarUnit.MONTH, DayOfWeek.SUNDAY, berlin));
    refused(
        "limit is -1; it must be from 0 to 1000000000000", () -> CalendarWindow.perDay(-1, berlin));
    assertThatNullPointerException()
        .isThrownBy(() -> CalendarWindow.perDay(1, null))
        .withMessage("zone");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE})
  void requestsRefuseWhatMakesNoSense(long below) {
    Policy bucket = Policy.parse("test", "1/s");
    Policy log = Policy.parse("test", "sliding-log 1/s");
    Grant lease = new Grant(3, 0, 1, 1);
    String permits = "permits is " + below + "; it must be at least 1";
    refused(permits, () -> new Request.Acquire("a", bucket, below));
    refused(permits, () -> new Request.Peek("a", bucket, below));
    refused(permits, () -> new Request.Refund("a", bucket, below));
    refused(permits, () -> new Request.Reserve("a", bucket, below, 0));
    refused(permits, () -> new Request.Lease("a", bucket, below, 5, 1));
    refused(permits, () -> new Request.ReturnLease("a", bucket, below, lease));
    refused(
        "lease is " + below + " microseconds; it must be at least 1",
        () -> new Request.Lease("a", bucket, 1, 5, below));
    refused("max is 4; it must be at least min, 5", () -> new Request.Lease("a", bucket, 5, 4, 1));
    refused("permits is 4; 3 were granted", () -> new Request.ReturnLease("a", bucket, 4, lease));
    refused("maxWait is -1; it must be 0 or more", () -> new Request.Reserve("a", bucket, 1, -1));
    refused(
        "policy test (sliding-log 1/s) cannot be reserved ahead; all its limits must be buckets",
        () -> new Request.Reserve("a", log, 1, 0));
    assertThatNullPointerException()
        .isThrownBy(() -> new Request.Release("a", bucket, null))
        .withMessage("grant");
    assertThatNullPointerException()
        .isThrownBy(() -> new Request.ReturnLease("a", bucket, 1, null))
        .withMessage("grant");
    refused(permits, () -> new Request.Release("a", bucket, new Grant(below, 0, 1, 1)));
    assertThatNullPointerException()
        .isThrownBy(() -> new Request.Reset("a", null))
        .withMessage("policy");
  }

  @Test
  void aChargeNamesThePermitsOfEachLimit() {
    Policy two = Policy.parse("test", "1/s; 10/h");
    assertThat(new Request.Charge("a", two, List.of(0L, Long.MAX_VALUE)).permitsOfLimits())
        .containsExactly(0L, Long.MAX_VALUE);
    refused(
        "permits is [1]; it must have one number for each limit of policy test (1/s; 10/h), "
            + "which has 2",
        () -> new Request.Charge("a", two, List.of(1L)));
    refused(
        "permits is [1, -1]; each number must be 0 or more",
        () -> new Request.Charge("a", two, List.of(1L, -1L)));
    refused(
        "aheadMicros is -1; it must be 0 or more",
        () -> new Request.Charge("a", two, List.of(1L, 1L), -1));
    refused(
        "key is empty; it must have at least one character",
        () -> new Request.Charge("", two, List.of(1L, 1L)));
    assertThatNullPointerException().isThrownBy(() -> new Request.Charge("a", two, null));
  }

  private static void refused(String message, ThrowingCallable call) {
    assertThatIllegalArgumentException().isThrownBy(call).withMessage(message);
  }
}
