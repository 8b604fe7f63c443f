package io.github.ratelimiter;

import io.github.ratelimiter.algorithm.Calendar;
import java.time.Duration;

/** The length of a {@link CalendarWindow}. */
public enum CalendarUnit {
  /** A day of the calendar, from local midnight to local midnight. */
  DAY(1),

  /** Seven days of the calendar. The first of them is chosen by {@link CalendarWindow#firstDay}. */
  WEEK(7),

  /** A month of the calendar, from its first day. */
  MONTH(30),

  /** A year of the calendar, from 1 January. */
  YEAR(365);

  private final Duration nominal;

  CalendarUnit(int nominalDays) {
    this.nominal = Duration.ofDays(nominalDays);
  }

  /** Returns the number of the unit in a {@link Calendar}. */
  int number() {
    return ordinal();
  }

  Duration nominal() {
    return nominal;
  }
}
