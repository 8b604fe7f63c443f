package io.github.ratelimiter;

import io.github.ratelimiter.PolicyScanner.Word;
import java.time.DayOfWeek;
import java.time.ZoneId;

/** Parses what follows the unit of a {@link CalendarWindow}: the first day, the zone, the debt. */
final class CalendarWindowParser {
  private final PolicyScanner in;
  private final long permits;
  private final CalendarUnit unit;

  CalendarWindowParser(PolicyScanner in, long permits, CalendarUnit unit) {
    this.in = in;
    this.permits = permits;
    this.unit = unit;
  }

  /** Returns whether the option after a calendar unit belongs to a calendar window. */
  boolean accepts(Word option) {
    if (!option.is("from")) {
      return option.is("in");
    }
    String next = in.peekWord();
    return unit == CalendarUnit.WEEK ? !next.equals("first") : CalendarText.day(next) != null;
  }

  /**
   * Parses the rest of the limit.
   *
   * @param option the first word of it, which has been read
   * @param numberAt the position of the permits
   */
  Limit parse(Word option, int numberAt) {
    DayOfWeek firstDay = option.is("from") ? firstDay(option.position()) : DayOfWeek.MONDAY;
    ZoneId zone = zone();
    Word last = in.nextWord();
    if (!last.isMissing() && !last.is("debt")) {
      throw in.expected(last.position(), "'debt' and a number, ';' and another limit, or the end");
    }
    long debt = last.isMissing() ? 0 : LimitParser.debt(in);
    in.skipSpace();
    return LimitParser.create(
        in, numberAt, () -> new CalendarWindow(permits, unit, firstDay, zone, debt));
  }

  private DayOfWeek firstDay(int fromAt) {
    if (unit != CalendarUnit.WEEK) {
      throw in.error(
          fromAt, "only a week has a first day; write " + CalendarText.example(permits, unit));
    }
    String example = ", as in " + permits + "/week from Sunday in UTC";
    Word name = in.nextWord();
    DayOfWeek firstDay = CalendarText.day(name.text());
    if (firstDay == null) {
      throw in.expected(name.position(), "a day of the week" + example);
    }
    Word before = in.nextWord();
    if (!before.is("in")) {
      throw in.expected(before.position(), "'in' and a time zone" + example);
    }
    return firstDay;
  }

  private ZoneId zone() {
    in.skipSpace();
    int start = in.position();
    String id = in.read(c -> !Character.isWhitespace(c) && c != ';');
    if (id.isEmpty()) {
      throw in.expected(start, "a time zone, as in " + CalendarText.example(permits, unit));
    }
    ZoneId zone = CalendarText.zone(id);
    if (zone == null) {
      throw in.error(
          start,
          "found '"
              + in.readFrom(start)
              + "', which is not a known time zone; "
              + "write an ID such as Europe/Berlin, UTC or +02:00");
    }
    return zone;
  }
}
