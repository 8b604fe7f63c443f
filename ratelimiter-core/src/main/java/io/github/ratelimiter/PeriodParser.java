package io.github.ratelimiter;

import static io.github.ratelimiter.PolicyText.UNITS;

import io.github.ratelimiter.PolicyScanner.Word;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Parses the period of a limit. */
final class PeriodParser {
  private static final String UNIT_NAMES = "ms, s, min, h or day";
  private static final Duration LONGEST = Duration.ofDays(366);

  /** Unsupported units that users write, and the advice for each. */
  private static final Map<String, String> OTHER_UNITS =
      Map.of(
          "m", "; a minute is min",
          "w", "; a week is 7day");

  private final PolicyScanner in;

  PeriodParser(PolicyScanner in) {
    this.in = in;
  }

  /**
   * A period as it is written.
   *
   * @param length its length; null for a unit that has no fixed length, such as a month
   * @param unit the calendar unit; null for a unit that is not one, such as a minute
   * @param number the number of units
   * @param unitAt the position of the unit
   */
  record Period(@Nullable Duration length, @Nullable CalendarUnit unit, long number, int unitAt) {}

  Period parse() {
    int start = in.position();
    long number =
        in.isAtDigit()
            ? in.number("a number", "a period is at most 366 days", this::wholePeriod)
            : 1;
    Word name = in.nextWord();
    Duration unit = UNITS.get(name.text());
    CalendarUnit calendarUnit = CalendarText.unit(name.text());
    if (unit == null && calendarUnit != null) {
      return new Period(null, calendarUnit, number, name.position());
    }
    if (unit == null) {
      String advice = OTHER_UNITS.getOrDefault(name.text(), "");
      throw in.expected(name.position(), "a unit (" + UNIT_NAMES + ")" + advice);
    }
    if (number == 0 || number > LONGEST.toMillis() / unit.toMillis()) {
      throw in.error(start, "period is " + in.readFrom(start) + "; it must be 1 ms to 366 days");
    }
    return new Period(unit.multipliedBy(number), calendarUnit, number, name.position());
  }

  /**
   * Returns the length of a period; fails if the unit has no fixed length.
   *
   * @param permits those of the limit, for the error message
   */
  Duration length(Period written, long permits) {
    if (written.length != null) {
      return written.length;
    }
    CalendarUnit unit = Objects.requireNonNull(written.unit);
    String name = CalendarText.name(unit);
    long days = unit.nominal().toDays();
    throw in.expected(
        written.unitAt,
        "a unit ("
            + UNIT_NAMES
            + "); for a calendar "
            + name
            + " write "
            + CalendarText.example(permits, unit)
            + ", for "
            + days
            + " days write "
            + days
            + "day");
  }

  /**
   * Returns advice with the same rate in whole numbers if a period follows: {@code 1/2s} for 0.5/s.
   */
  String wholeRate(BigDecimal permits) {
    try {
      if (!in.accept('/')) {
        return "";
      }
      in.skipSpace();
      Duration period = parse().length;
      if (period == null) {
        return "";
      }
      BigInteger whole = permits.unscaledValue();
      BigInteger times = BigInteger.TEN.pow(permits.scale());
      BigInteger divisor = whole.gcd(times);
      Duration longer = period.multipliedBy(times.divide(divisor).longValueExact());
      return longer.compareTo(LONGEST) > 0
          ? ""
          : "; write " + whole.divide(divisor) + "/" + PolicyText.period(longer);
    } catch (PolicySyntaxException | ArithmeticException e) {
      return ""; // There is another error after this one, or no such rate.
    }
  }

  /**
   * Returns advice with the same period in a whole number if a unit follows: {@code 500ms} for
   * 0.5s.
   */
  private String wholePeriod(BigDecimal number) {
    Duration unit = UNITS.get(in.word());
    if (unit == null) {
      return "";
    }
    try {
      long millis = number.multiply(BigDecimal.valueOf(unit.toMillis())).longValueExact();
      return millis == 0 ? "" : "; write " + PolicyText.period(Duration.ofMillis(millis));
    } catch (ArithmeticException e) {
      return "; a period is a whole number of milliseconds";
    }
  }
}
