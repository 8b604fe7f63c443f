package io.github.ratelimiter;

import io.github.ratelimiter.algorithm.Algorithm;
import io.github.ratelimiter.algorithm.CalendarWindowAlgorithm;
import io.github.ratelimiter.internal.LocalCalendar;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Objects;

/**
 * A calendar window: a fixed window that is a day, week, month or year of a time zone. Grants at
 * most {@code permits} permits in each of them. Windows begin at local midnight, also if daylight
 * saving time makes a day 23 or 25 hours long. All permits are available again when the next window
 * begins.
 *
 * <p>If a local midnight does not exist, the window begins with the first instant of that day. If
 * it occurs twice, the window begins with the first of the two. A day that does not exist in the
 * zone has no window.
 *
 * <p>The time zone data of the JDK determines where windows begin. On Redis, the server's clock
 * decides which window counts. Clocks and time zone data of instances may differ by some hours.
 *
 * @param permits number of permits in a window, 0 to 10<sup>12</sup>
 * @param unit day, week, month or year
 * @param firstDay the first day of a week; must be {@link DayOfWeek#MONDAY} if the unit is not a
 *     week
 * @param zone the time zone; its ID must have at most 64 characters
 * @param debt permits that may be charged beyond the capacity, 0 or more; see {@link Limit#debt()}
 */
public record CalendarWindow(
    long permits, CalendarUnit unit, DayOfWeek firstDay, ZoneId zone, long debt) implements Limit {
  /** Throws {@link IllegalArgumentException} if a value is out of range. */
  public CalendarWindow {
    Objects.requireNonNull(unit, "unit");
    Objects.requireNonNull(firstDay, "firstDay");
    Objects.requireNonNull(zone, "zone");
    if (unit != CalendarUnit.WEEK && firstDay != DayOfWeek.MONDAY) {
      throw new IllegalArgumentException(
          "firstDay is " + firstDay + "; for the unit " + unit + " it must be MONDAY");
    }
    compile(permits, unit, firstDay, zone).checkDebt(debt);
  }

  /**
   * Creates a limit without debt. Throws {@link IllegalArgumentException} if a value is out of
   * range.
   */
  public CalendarWindow(long permits, CalendarUnit unit, DayOfWeek firstDay, ZoneId zone) {
    this(permits, unit, firstDay, zone, 0);
  }

  /**
   * Returns a limit of {@code permits} per day.
   *
   * @param permits number of permits, 0 to 10<sup>12</sup>
   * @param zone the time zone
   * @return the limit
   * @throws IllegalArgumentException if a value is out of range
   */
  public static CalendarWindow perDay(long permits, ZoneId zone) {
    return new CalendarWindow(permits, CalendarUnit.DAY, DayOfWeek.MONDAY, zone);
  }

  /**
   * Returns a limit of {@code permits} per week. A week begins on Monday, as in ISO 8601.
   *
   * @param permits number of permits, 0 to 10<sup>12</sup>
   * @param zone the time zone
   * @return the limit
   * @throws IllegalArgumentException if a value is out of range
   */
  public static CalendarWindow perWeek(long permits, ZoneId zone) {
    return perWeek(permits, DayOfWeek.MONDAY, zone);
  }

  /**
   * Returns a limit of {@code permits} per week.
   *
   * @param permits number of permits, 0 to 10<sup>12</sup>
   * @param firstDay the day on which a week begins
   * @param zone the time zone
   * @return the limit
   * @throws IllegalArgumentException if a value is out of range
   */
  public static CalendarWindow perWeek(long permits, DayOfWeek firstDay, ZoneId zone) {
    return new CalendarWindow(permits, CalendarUnit.WEEK, firstDay, zone);
  }

  /**
   * Returns a limit of {@code permits} per month.
   *
   * @param permits number of permits, 0 to 10<sup>12</sup>
   * @param zone the time zone
   * @return the limit
   * @throws IllegalArgumentException if a value is out of range
   */
  public static CalendarWindow perMonth(long permits, ZoneId zone) {
    return new CalendarWindow(permits, CalendarUnit.MONTH, DayOfWeek.MONDAY, zone);
  }

  /**
   * Returns a limit of {@code permits} per year.
   *
   * @param permits number of permits, 0 to 10<sup>12</sup>
   * @param zone the time zone
   * @return the limit
   * @throws IllegalArgumentException if a value is out of range
   */
  public static CalendarWindow perYear(long permits, ZoneId zone) {
    return new CalendarWindow(permits, CalendarUnit.YEAR, DayOfWeek.MONDAY, zone);
  }

  /**
   * Returns the nominal length of a window. A window can be shorter or longer.
   *
   * @return 1, 7, 30 or 365 days
   */
  @Override
  public Duration period() {
    return unit.nominal();
  }

  @Override
  public CalendarWindow withDebt(long debt) {
    return new CalendarWindow(permits, unit, firstDay, zone, debt);
  }

  @Override
  public long capacity() {
    return permits;
  }

  @Override
  public Algorithm algorithm() {
    return compile(permits, unit, firstDay, zone);
  }

  private static CalendarWindowAlgorithm compile(
      long permits, CalendarUnit unit, DayOfWeek firstDay, ZoneId zone) {
    return Algorithm.calendarWindow(permits, new LocalCalendar(unit.number(), firstDay, zone));
  }
}
