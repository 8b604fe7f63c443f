package io.github.ratelimiter.internal;

import io.github.ratelimiter.algorithm.Borders;
import io.github.ratelimiter.algorithm.Calendar;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import org.jspecify.annotations.Nullable;

/**
 * Computes the borders of days, weeks, months or years in a time zone. Caches the last result, so
 * only a call in another window computes dates. Thread-safe.
 *
 * <p>A day begins with its first instant: at local midnight, or after it if the clocks skip
 * midnight. If the clocks show midnight twice, the first time counts. A day that the clocks skip
 * has no border.
 */
public final class LocalCalendar implements Calendar {
  private static final int MICROS = 1_000_000;

  /** By the number of the unit. */
  private static final ChronoUnit[] UNITS = {
    ChronoUnit.DAYS, ChronoUnit.WEEKS, ChronoUnit.MONTHS, ChronoUnit.YEARS
  };

  private final int number;
  private final ChronoUnit unit;
  private final DayOfWeek firstDay;
  private final ZoneId zone;

  /** The rules of an offset, which creates them anew for each call; null for other zones. */
  private final @Nullable ZoneRules fixed;

  private volatile @Nullable Found last;

  /** Borders, and the data of the time zone with which they were found. */
  private record Found(ZoneRules rules, Borders borders) {}

  /**
   * Creates a calendar.
   *
   * @param unit a unit of {@link Calendar}
   * @param firstDay the first day of a week; Monday if the unit is not a week
   * @param zone the time zone
   */
  public LocalCalendar(int unit, DayOfWeek firstDay, ZoneId zone) {
    this.number = unit;
    this.unit = UNITS[unit];
    this.firstDay = firstDay;
    this.zone = zone;
    this.fixed = zone instanceof ZoneOffset ? zone.getRules() : null;
  }

  @Override
  public int unit() {
    return number;
  }

  @Override
  public int firstDay() {
    return firstDay.getValue();
  }

  @Override
  public String zone() {
    return zone.getId();
  }

  @Override
  public Borders borders(long now) {
    ZoneRules rules = fixed == null ? zone.getRules() : fixed;
    Found found = last;
    if (found == null
        || found.rules != rules
        || now < found.borders.first()
        || now >= found.borders.second()) {
      found = new Found(rules, find(now, rules));
      last = found;
    }
    return found.borders;
  }

  private Borders find(long now, ZoneRules rules) {
    Instant instant = Instant.ofEpochSecond(now / MICROS);
    LocalDate date = firstOf(LocalDateTime.ofInstant(instant, rules.getOffset(instant)));
    // After the clocks went back across midnight, the local date is that of the day before.
    while (startOf(date.plus(1, unit), rules) <= now) {
      date = date.plus(1, unit);
    }
    while (startOf(date, rules) > now) {
      date = date.minus(1, unit);
    }
    long first = startOf(date, rules);
    long second = next(date, first, rules);
    return new Borders(Math.max(first, 0), second, next(date, second, rules));
  }

  /** Returns the first border after another one. */
  private long next(LocalDate from, long border, ZoneRules rules) {
    LocalDate date = from;
    while (startOf(date, rules) <= border) {
      date = date.plus(1, unit);
    }
    return startOf(date, rules);
  }

  private LocalDate firstOf(LocalDateTime time) {
    LocalDate date = time.toLocalDate();
    return switch (unit) {
      case DAYS -> date;
      case WEEKS -> date.with(TemporalAdjusters.previousOrSame(firstDay));
      case MONTHS -> date.withDayOfMonth(1);
      default -> date.withDayOfYear(1);
    };
  }

  /** Returns the first instant of a day. */
  private static long startOf(LocalDate date, ZoneRules rules) {
    LocalDateTime midnight = date.atStartOfDay();
    ZoneOffsetTransition transition = rules.getTransition(midnight);
    long seconds =
        transition != null && transition.isGap()
            ? transition.toEpochSecond()
            : midnight.toEpochSecond(rules.getValidOffsets(midnight).get(0));
    return seconds * MICROS;
  }
}
