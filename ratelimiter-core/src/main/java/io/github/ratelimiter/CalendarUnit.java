package io.github.ratelimiter;

import io.github.ratelimiter.algorithm.Calendar;
import java.time.Duration;

/** The unit of a {@link CalendarWindow}. Windows are consecutive days, weeks, months or years. */
public enum CalendarUnit {
  /** A day of the calendar, from local midnight to local midnight. */
  DAY(1),

  /** Seven days of the calendar, beginning on {@link CalendarWindow#firstDay}. */
  WEEK(7),

  /** A month of the calendar, from its first day. */
  MONTH(30),

  /** A year of the calendar, from 1 January. */
  YEAR(365);

  private final Duration nominal;

  CalendarUnit(int nominalDays) {
    this.nominal = Duration.ofDays(nominalDays);
  }

  /** Returns the value of {@link Calendar#unit()} for this unit. */
  int number() {
    return ordinal();
  }

  Duration nominal() {
    return nominal;
  }
}
