package io.github.ratelimiter;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Parses and writes the parts of a {@link CalendarWindow} in the text form. */
final class CalendarText {
  private static final Map<String, CalendarUnit> UNITS =
      Map.of(
          "day", CalendarUnit.DAY,
          "d", CalendarUnit.DAY,
          "days", CalendarUnit.DAY,
          "week", CalendarUnit.WEEK,
          "weeks", CalendarUnit.WEEK,
          "month", CalendarUnit.MONTH,
          "months", CalendarUnit.MONTH,
          "year", CalendarUnit.YEAR,
          "years", CalendarUnit.YEAR);

  private CalendarText() {}

  /** Returns the unit with a name, which is in lower case; null if there is none. */
  static @Nullable CalendarUnit unit(String name) {
    return UNITS.get(name);
  }

  /** Returns the day of the week with a name, which is in lower case; null if there is none. */
  static @Nullable DayOfWeek day(String name) {
    for (DayOfWeek day : DayOfWeek.values()) {
      if (day.name().toLowerCase(Locale.ROOT).equals(name)) {
        return day;
      }
    }
    return null;
  }

  /** Returns the time zone with an ID in upper or lower case; null if there is none. */
  static @Nullable ZoneId zone(String id) {
    try {
      return ZoneId.of(id);
    } catch (DateTimeException e) {
      return ZoneId.getAvailableZoneIds().stream()
          .filter(id::equalsIgnoreCase)
          .sorted()
          .findFirst()
          .map(ZoneId::of)
          .orElse(null);
    }
  }

  static String name(CalendarUnit unit) {
    return unit.name().toLowerCase(Locale.ROOT);
  }

  /** Returns the text form of a window, without the algorithm. */
  static String of(CalendarWindow window) {
    return example(window.permits(), window.unit(), window.firstDay(), window.zone().getId());
  }

  /** Returns the text form of a calendar window in UTC, as an example for an error message. */
  static String example(long permits, CalendarUnit unit) {
    return PolicyText.FIXED_WINDOW + " " + example(permits, unit, DayOfWeek.MONDAY, "UTC");
  }

  private static String example(long permits, CalendarUnit unit, DayOfWeek first, String zone) {
    String from =
        first == DayOfWeek.MONDAY
            ? ""
            : " from "
                + first.name().charAt(0)
                + first.name().substring(1).toLowerCase(Locale.ROOT);
    return permits + "/" + name(unit) + from + " in " + zone;
  }
}
