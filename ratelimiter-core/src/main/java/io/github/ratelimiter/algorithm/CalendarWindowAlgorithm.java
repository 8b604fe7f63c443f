package io.github.ratelimiter.algorithm;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.function.LongFunction;

/*
 * Calendar window: a fixed window that begins at local midnight.
 *
 * State     start and end of the window, and the permits used in it. The end is stored, because only
 *           the caller has the data of its time zone.
 * Decision  n permits fit if used + n <= limit. The window is [start, end). The next one begins at
 *           the next border of the calendar.
 * Borders   the caller gives three of them, see Borders. They decide together with the instant, and
 *           nothing else does. So a server that has no calendar decides the same.
 * Overlap   a window of the caller that overlaps the stored one is the same window if both together
 *           are not longer than the longest of the unit; then the later end counts. Otherwise it is
 *           the next window, which begins at the stored end. So stored windows do not overlap, and
 *           two versions of the time zone data do not admit the limit twice.
 * Versions  the counter of a version that is not asked has no borders. A grant of another version
 *           counts in its window; after its window it is removed, and begins again from the usage of
 *           the others. A turn that is reserved after the window moves it there, with its count.
 * Clock     an instant before the window counts in the window: its start never moves backwards.
 * Memory    a window is kept until no window that begins with it can last, also with other data.
 */
/** The compiled form of a calendar window. */
public final class CalendarWindowAlgorithm extends Algorithm {
  /** The longest ID of a time zone. */
  public static final int LONGEST_ID = 64;

  /**
   * How much longer than 24 hours a day can be. The longest since 1970 had 31 hours: Vostok, on 31
   * January 1994.
   */
  private static final Duration LONGEST_SHIFT = Duration.ofHours(8);

  private final ChronoUnit unit;
  private final DayOfWeek firstDay;
  private final ZoneId zone;
  private final LongFunction<Borders> borders;

  /** Creates an algorithm with borders from another source than the zone. */
  CalendarWindowAlgorithm(
      long limit, ChronoUnit unit, DayOfWeek firstDay, ZoneId zone, LongFunction<Borders> borders) {
    super(limit, longest(unit), limit);
    this.unit = unit;
    this.firstDay = firstDay;
    this.zone = zone;
    this.borders = borders;
  }

  static CalendarWindowAlgorithm compile(
      long limit, ChronoUnit unit, DayOfWeek firstDay, ZoneId zone) {
    Domain.checkPermits(limit);
    if (zone.getId().length() > LONGEST_ID) {
      throw new IllegalArgumentException(
          "zone is " + zone + "; its ID must have at most " + LONGEST_ID + " characters");
    }
    return new CalendarWindowAlgorithm(
        limit, unit, firstDay, zone, new LocalCalendar(unit, firstDay, zone));
  }

  private static long longest(ChronoUnit unit) {
    int days =
        switch (unit) {
          case DAYS -> 1;
          case WEEKS -> 7;
          case MONTHS -> 31;
          case YEARS -> 366;
          default ->
              throw new IllegalArgumentException(
                  "unit is " + unit + "; it must be days, weeks, months or years");
        };
    return Duration.ofDays(days).plus(LONGEST_SHIFT).toNanos() / 1_000;
  }

  /**
   * Returns the unit of a window.
   *
   * @return days, weeks, months or years
   */
  public ChronoUnit unit() {
    return unit;
  }

  /**
   * Returns the first day of a week.
   *
   * @return Monday if the unit is not weeks
   */
  public DayOfWeek firstDay() {
    return firstDay;
  }

  /**
   * Returns the time zone.
   *
   * @return the time zone
   */
  public ZoneId zone() {
    return zone;
  }

  /**
   * Returns the borders that a caller gives.
   *
   * @param now the instant that the caller's clock shows, in microseconds since the Unix epoch
   * @return the borders of the window that contains the instant, and of the next one
   */
  public Borders borders(long now) {
    return borders.apply(Domain.instant(now));
  }

  /** {@inheritDoc} */
  @Override
  public Algorithm forClient(long clientMicros) {
    return with(borders(clientMicros));
  }

  /** Returns this algorithm with the same borders at all instants. */
  private CalendarWindowAlgorithm with(Borders given) {
    return new CalendarWindowAlgorithm(limit(), unit, firstDay, zone, now -> given);
  }

  /** {@inheritDoc} */
  @Override
  public LimitState found(LimitState counter, long now) {
    return ((CalendarWindowState) counter).found(this, now);
  }

  /** {@inheritDoc} */
  @Override
  public LimitState newState() {
    return new CalendarWindowState(this, 0, 0, 0);
  }

  /** {@inheritDoc} */
  @Override
  public LimitState newState(long[] words) {
    return new CalendarWindowState(this, words[0], words[1], words[2]);
  }

  @Override
  boolean sameKind(Algorithm other) {
    return other instanceof CalendarWindowAlgorithm window
        && unit == window.unit
        && firstDay == window.firstDay
        && zone.equals(window.zone);
  }

  /** Returns the same window. */
  @Override
  LimitState copyOf(LimitState other, long now, long later) {
    long[] words = other.words();
    return new CalendarWindowState(this, words[0], words[1], Math.min(words[2], capacity()));
  }

  /**
   * The usage goes to the window that contains the last permit granted before its use, so no caller
   * finds an empty window.
   */
  @Override
  LimitState startedWith(long used, long usedLater, long now, long later) {
    Borders given = borders(now);
    return new CalendarWindowState(
        this,
        given.startAt(later, period()),
        given.endAt(later, period()),
        Math.min(used, capacity()));
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof CalendarWindowAlgorithm other
        && capacity() == other.capacity()
        && sameKind(other);
  }

  @Override
  public int hashCode() {
    return (Long.hashCode(capacity() * 31 + period()) * 31 + firstDay.ordinal()) * 31
        + zone.hashCode();
  }
}
