package io.github.ratelimiter.internal;

import static java.time.DayOfWeek.MONDAY;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.algorithm.Algorithm;
import io.github.ratelimiter.algorithm.Borders;
import io.github.ratelimiter.algorithm.Calendar;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where calendar windows begin and end. */
class LocalCalendarTest {
  /** By their numbers. */
  private enum Unit {
    DAYS,
    WEEKS,
    MONTHS,
    YEARS
  }

  private static long micros(String instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(instant));
  }

  private static Borders borders(String zone, int unit, DayOfWeek firstDay, long now) {
    return new LocalCalendar(unit, firstDay, ZoneId.of(zone)).borders(now);
  }

  /**
   * The instants are UTC. Each row is checked at the first and at the last instant of its window.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # Berlin: a day of 23 hours in March, one of 25 in October.
          Europe/Berlin | DAYS | MONDAY | 2026-03-28T23:00:00Z | 2026-03-29T22:00:00Z | 2026-03-30T22:00:00Z
          Europe/Berlin | DAYS | MONDAY | 2026-10-24T22:00:00Z | 2026-10-25T23:00:00Z | 2026-10-26T23:00:00Z
          Europe/Berlin | MONTHS | MONDAY | 2026-09-30T22:00:00Z | 2026-10-31T23:00:00Z | 2026-11-30T23:00:00Z
          Europe/Berlin | YEARS | MONDAY | 2025-12-31T23:00:00Z | 2026-12-31T23:00:00Z | 2027-12-31T23:00:00Z
          # Lord Howe: daylight saving time is half an hour.
          Australia/Lord_Howe | DAYS | MONDAY | 2026-04-04T13:00:00Z | 2026-04-05T13:30:00Z | 2026-04-06T13:30:00Z
          Australia/Lord_Howe | DAYS | MONDAY | 2026-10-03T13:30:00Z | 2026-10-04T13:00:00Z | 2026-10-05T13:00:00Z
          # Apia: 30 December 2011 does not exist.
          Pacific/Apia | DAYS | MONDAY | 2011-12-29T10:00:00Z | 2011-12-30T10:00:00Z | 2011-12-31T10:00:00Z
          Pacific/Apia | DAYS | MONDAY | 2011-12-28T10:00:00Z | 2011-12-29T10:00:00Z | 2011-12-30T10:00:00Z
          Pacific/Apia | WEEKS | FRIDAY | 2011-12-23T10:00:00Z | 2011-12-30T10:00:00Z | 2012-01-05T10:00:00Z
          Pacific/Apia | MONTHS | MONDAY | 2011-12-01T10:00:00Z | 2011-12-31T10:00:00Z | 2012-01-31T10:00:00Z
          # Havana: in March midnight does not exist, in November it occurs twice.
          America/Havana | DAYS | MONDAY | 2026-03-08T05:00:00Z | 2026-03-09T04:00:00Z | 2026-03-10T04:00:00Z
          America/Havana | DAYS | MONDAY | 2026-03-07T05:00:00Z | 2026-03-08T05:00:00Z | 2026-03-09T04:00:00Z
          America/Havana | DAYS | MONDAY | 2026-11-01T04:00:00Z | 2026-11-02T05:00:00Z | 2026-11-03T05:00:00Z
          # St. John's until 2011: at 0:01 the clocks went back to 23:01 of the day before.
          America/St_Johns | DAYS | MONDAY | 2010-11-07T02:30:00Z | 2010-11-08T03:30:00Z | 2010-11-09T03:30:00Z
          America/St_Johns | DAYS | MONDAY | 2010-11-06T02:30:00Z | 2010-11-07T02:30:00Z | 2010-11-08T03:30:00Z
          # Troll shifts by two hours.
          Antarctica/Troll | DAYS | MONDAY | 2026-10-24T22:00:00Z | 2026-10-26T00:00:00Z | 2026-10-27T00:00:00Z
          # Weeks, months and years.
          America/New_York | WEEKS | SUNDAY | 2026-10-25T04:00:00Z | 2026-11-01T04:00:00Z | 2026-11-08T05:00:00Z
          America/New_York | WEEKS | MONDAY | 2026-10-26T04:00:00Z | 2026-11-02T05:00:00Z | 2026-11-09T05:00:00Z
          UTC | MONTHS | MONDAY | 2028-02-01T00:00:00Z | 2028-03-01T00:00:00Z | 2028-04-01T00:00:00Z
          UTC | MONTHS | MONDAY | 2026-12-01T00:00:00Z | 2027-01-01T00:00:00Z | 2027-02-01T00:00:00Z
          +05:45 | YEARS | MONDAY | 2027-12-31T18:15:00Z | 2028-12-31T18:15:00Z | 2029-12-31T18:15:00Z
          # The domain of instants begins in 1970 and ends in 2184.
          Europe/Berlin | DAYS | MONDAY | 1970-01-01T00:00:00Z | 1970-01-01T23:00:00Z | 1970-01-02T23:00:00Z
          UTC | YEARS | MONDAY | 2184-01-01T00:00:00Z | 2185-01-01T00:00:00Z | 2186-01-01T00:00:00Z
          """)
  void aWindowBeginsWithTheFirstInstantOfALocalDate(
      String zone, Unit unitName, DayOfWeek firstDay, String first, String second, String third) {
    int unit = unitName.ordinal();
    Borders expected = new Borders(micros(first), micros(second), micros(third));
    LocalCalendar calendar = new LocalCalendar(unit, firstDay, ZoneId.of(zone));
    assertThat(calendar.borders(expected.first())).isEqualTo(expected);
    assertThat(calendar.borders(expected.second() - 1))
        .isSameAs(calendar.borders(expected.first()));
    assertThat(calendar.borders(expected.second()).first()).isEqualTo(expected.second());
    assertThat(borders(zone, unit, firstDay, expected.second() - 1)).isEqualTo(expected);
  }

  @Test
  void everyInstantOfTheRepeatedHourIsInTheDayThatHasBegun() {
    // From 23:01 to midnight the local date is again that of the day before.
    assertThat(borders("America/St_Johns", Calendar.DAY, MONDAY, micros("2010-11-07T02:45:00Z")))
        .isEqualTo(
            borders("America/St_Johns", Calendar.DAY, MONDAY, micros("2010-11-07T12:00:00Z")));
  }

  /** All zones of the JDK: the windows around each of their changes since 1970. */
  @ParameterizedTest
  @ValueSource(ints = {Calendar.DAY, Calendar.WEEK, Calendar.MONTH, Calendar.YEAR})
  void noWindowIsLongerThanTheLongest(int unit) {
    long longest =
        Algorithm.calendarWindow(1, new LocalCalendar(unit, MONDAY, ZoneId.of("UTC"))).period();
    TreeMap<Long, String> lengths = new TreeMap<>();
    for (String zone : ZoneId.getAvailableZoneIds()) {
      LocalCalendar calendar = new LocalCalendar(unit, MONDAY, ZoneId.of(zone));
      ZoneRules rules = ZoneId.of(zone).getRules();
      ZoneOffsetTransition change = rules.nextTransition(Instant.EPOCH);
      while (change != null
          && change.getInstant().isBefore(Instant.parse("2040-01-01T00:00:00Z"))) {
        long at = change.toEpochSecond() * 1_000_000;
        Borders borders = calendar.borders(Math.max(at - longest, 0));
        while (borders.first() <= at) {
          borders = calendar.borders(borders.second());
          lengths.put(borders.second() - borders.first(), zone + " " + borders);
          assertThat(calendar.borders(borders.second()).second())
              .as(zone)
              .isEqualTo(borders.third())
              .isGreaterThan(borders.second());
        }
        change = rules.nextTransition(change.getInstant());
      }
    }
    assertThat(lengths.lastKey()).as(lengths.lastEntry().getValue()).isLessThanOrEqualTo(longest);
    // So a caller that knows two windows knows every end that a stored window can have.
    assertThat(2 * lengths.firstKey()).as(lengths.firstEntry().getValue()).isGreaterThan(longest);
  }

  @Test
  void manyThreadsSeeTheSameBorders() {
    LocalCalendar shared = new LocalCalendar(Calendar.DAY, MONDAY, ZoneId.of("Europe/Berlin"));
    long start = micros("2026-10-20T00:00:00Z");
    List<Long> instants =
        java.util.stream.LongStream.range(0, 20_000)
            .mapToObj(i -> start + i * 7_919_000_003L % 864_000_000_000L)
            .toList();
    assertThat(instants.parallelStream().map(shared::borders).toList())
        .isEqualTo(
            instants.stream()
                .map(now -> borders("Europe/Berlin", Calendar.DAY, MONDAY, now))
                .toList());
  }
}
