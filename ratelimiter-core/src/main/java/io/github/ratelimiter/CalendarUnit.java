package io.github.ratelimiter;

import java.time.Duration;
import java.time.temporal.ChronoUnit;

/** The length of a {@link CalendarWindow}. */
public enum CalendarUnit {
  /** A day of the calendar, from local midnight to local midnight. */
  DAY(ChronoUnit.DAYS, 1),

  /** Seven days of the calendar. The first of them is chosen by {@link CalendarWindow#firstDay}. */
  WEEK(ChronoUnit.WEEKS, 7),

  /** A month of the calendar, from its first day. */
  MONTH(ChronoUnit.MONTHS, 30),

  /** A year of the calendar, from 1 January. */
  YEAR(ChronoUnit.YEARS, 365);

  private final ChronoUnit unit;
  private final Duration nominal;

  CalendarUnit(ChronoUnit unit, int nominalDays) {
    this.unit = unit;
    this.nominal = Duration.ofDays(nominalDays);
  }

  ChronoUnit unit() {
    return unit;
  }

  Duration nominal() {
    return nominal;
  }
}
