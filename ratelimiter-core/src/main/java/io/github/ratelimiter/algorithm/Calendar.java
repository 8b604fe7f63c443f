package io.github.ratelimiter.algorithm;

/**
 * A calendar that divides time into days, weeks, months or years of a time zone. It is identified
 * by its unit, its first day and its zone. Only the borders depend on the time zone data, so two
 * processes can have the same calendar with different data. Thread-safe.
 */
public interface Calendar {
  /** The {@link #unit()} of a day. */
  int DAY = 0;

  /** The {@link #unit()} of a week. */
  int WEEK = 1;

  /** The {@link #unit()} of a month. */
  int MONTH = 2;

  /** The {@link #unit()} of a year. */
  int YEAR = 3;

  /**
   * Returns the unit.
   *
   * @return {@link #DAY}, {@link #WEEK}, {@link #MONTH} or {@link #YEAR}
   */
  int unit();

  /**
   * Returns the first day of a week.
   *
   * @return 1 for Monday to 7 for Sunday; 1 if the unit is not a week
   */
  int firstDay();

  /**
   * Returns the ID of the time zone.
   *
   * @return at most 64 ASCII characters
   */
  String zone();

  /**
   * Returns the borders for a caller.
   *
   * @param now the instant of the caller's clock, in microseconds since the Unix epoch; in the
   *     {@link Domain}
   * @return the borders of the window that contains the instant, and of the next one
   */
  Borders borders(long now);
}
