package io.github.ratelimiter;

import io.github.ratelimiter.algorithm.Calendar;
import java.time.Duration;

/** The unit of a {@link CalendarWindow}. Windows are consecutive days, weeks, months or years. */
public enum CalendarUnit {
  /** A day of the calendar, from local midnight to local midnight. */
  DAY(0, 1),

  /** Seven days of the calendar, beginning on {@link CalendarWindow#firstDay}. */
  WEEK(1, 7),

  /** A month of the calendar, from its first day. */
  MONTH(2, 30),

  /** A year of the calendar, from 1 January. */
  YEAR(3, 365);

  private final int number;
  private final Duration nominal;

  CalendarUnit(int number, int nominalDays) {
    this.number = number;
    this.nominal = Duration.ofDays(nominalDays);
  }

  /** Returns the value of {@link Calendar#unit()} for this unit. It is part of stored states. */
  int number() {
    return number;
  }

  Duration nominal() {
    return nominal;
  }
}
