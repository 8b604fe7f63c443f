package io.github.ratelimiter;

import static io.github.ratelimiter.PolicyText.FIXED_WINDOW;
import static io.github.ratelimiter.PolicyText.LEAKY_BUCKET;
import static io.github.ratelimiter.PolicyText.SLIDING_LOG;
import static io.github.ratelimiter.PolicyText.SLIDING_WINDOW;
import static io.github.ratelimiter.PolicyText.TOKEN_BUCKET;
import static io.github.ratelimiter.PolicyText.UNITS;

import io.github.ratelimiter.algorithm.Domain;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parses limits. An error message gives the position and what to write instead. */
final class PolicyParser {
  private static final List<String> ALGORITHMS =
      List.of(TOKEN_BUCKET, LEAKY_BUCKET, FIXED_WINDOW, SLIDING_LOG, SLIDING_WINDOW);

  /** Other common names of the algorithms. Hyphens may also be written as underscores. */
  private static final Map<String, String> OTHER_ALGORITHMS =
      Map.of(
          "fixed-window-counter", FIXED_WINDOW,
          "sliding-window-counter", SLIDING_WINDOW,
          "sliding-window-log", SLIDING_LOG);

  private static final String ALGORITHM_NAMES = String.join(", ", ALGORITHMS);
  private static final String UNIT_NAMES = "ms, s, min, h or day";
  private static final Duration LONGEST = Duration.ofDays(366);

  /** Unsupported units that users write, and the advice for each. */
  private static final Map<String, String> OTHER_UNITS =
      Map.of(
          "m", "; a minute is min",
          "w", "; a week is 7day");

  private static final Pattern FRACTION = Pattern.compile("[0-9]+\\.[0-9]+");
  private static final Pattern GROUPED = Pattern.compile("[0-9]{1,3}([,_][0-9]{3})+");
  private static final int LONGEST_FRACTION = 20;

  private final String text;
  private int at;

  private PolicyParser(String text) {
    this.text = text;
  }

  /**
   * A period as it is written.
   *
   * @param length its length; null for a unit that has no fixed length, such as a month
   * @param unit the calendar unit; null for a unit that is not one, such as a minute
   * @param number the number of units
   * @param unitAt the position of the unit
   */
  private record Period(
      @Nullable Duration length, @Nullable CalendarUnit unit, long number, int unitAt) {}

  static List<Limit> parse(String text) {
    PolicyParser parser = new PolicyParser(text);
    List<Limit> limits = new ArrayList<>();
    do {
      limits.add(parser.limit());
    } while (parser.accept(';'));
    if (parser.at < text.length()) {
      throw parser.expected(parser.at, "';' and another limit, or the end");
    }
    return limits;
  }

  private Limit limit() {
    skipSpace();
    int start = at;
    String algorithm = TOKEN_BUCKET;
    if (at < text.length() && Character.isLetter(text.charAt(at))) {
      algorithm = algorithm();
      if (!ALGORITHMS.contains(algorithm)) {
        throw expected(start, "an algorithm (" + ALGORITHM_NAMES + ") or a number of permits");
      }
      skipSpace();
    }
    boolean bucket = algorithm.equals(TOKEN_BUCKET) || algorithm.equals(LEAKY_BUCKET);
    boolean window = algorithm.equals(FIXED_WINDOW) || algorithm.equals(SLIDING_WINDOW);
    int numberAt = at;
    long limit = permits("a number of permits, as in 100/min", this::wholeRate);
    if (!accept('/')) {
      throw expected(at, "'/' and a period, as in " + limit + "/min");
    }
    skipSpace();
    int periodAt = at;
    Period written = period();
    long burst = limit;
    WindowStart windowStart = WindowStart.EPOCH;
    skipSpace();
    int optionAt = at;
    String option = word();
    CalendarUnit unit = written.unit;
    if (unit != null && algorithm.equals(FIXED_WINDOW) && isCalendar(option, unit)) {
      if (written.number != 1) {
        throw error(
            periodAt,
            "a calendar window is one day, week, month or year, as in "
                + CalendarText.example(limit, unit));
      }
      return calendarWindow(limit, unit, option, optionAt, numberAt);
    }
    Duration period = length(written, limit);
    if (option.equals("burst") && bucket) {
      skipSpace();
      int burstAt = at;
      burst = permits("a number of permits, as in burst 20", fraction -> "");
      if (limit == 0) {
        throw error(optionAt, "a limit of 0 refuses everything and takes no burst");
      }
      if (burst == 0) {
        throw error(burstAt, "burst is 0; it must be at least 1");
      }
      skipSpace();
      optionAt = at;
      option = word();
    } else if (option.equals("from") && window) {
      firstUse(optionAt);
      windowStart = WindowStart.FIRST_USE;
      skipSpace();
      optionAt = at;
      option = word();
    }
    long debt = 0;
    if (option.equals("debt")) {
      debt = debt();
    } else if (!option.isEmpty()) {
      String advice =
          option.equals("in")
              ? "; only fixed windows of a day, week, month or year have a time zone, as in "
                  + CalendarText.example(limit, unit == null ? CalendarUnit.DAY : unit)
              : "";
      throw expected(
          optionAt,
          (bucket ? "'burst' and a number, " : window ? "'from first use', " : "")
              + "'debt' and a number, ';' and another limit, or the end"
              + advice);
    }
    skipSpace();
    try {
      return make(algorithm, limit, period, burst, windowStart, debt);
    } catch (IllegalArgumentException e) {
      throw error(numberAt, String.valueOf(e.getMessage()));
    }
  }

  private long debt() {
    skipSpace();
    return permits("a number of permits, as in debt 20", fraction -> "");
  }

  /** Parses the name of an algorithm, and returns our name for it if it is a known other name. */
  private String algorithm() {
    int start = at;
    skip(c -> Character.isLetter(c) || c == '-' || c == '_');
    String name = text.substring(start, at).toLowerCase(Locale.ROOT).replace('_', '-');
    return OTHER_ALGORITHMS.getOrDefault(name, name);
  }

  /** Returns whether the option after a calendar unit belongs to a calendar window. */
  private boolean isCalendar(String option, CalendarUnit unit) {
    if (!option.equals("from")) {
      return option.equals("in");
    }
    int before = at;
    skipSpace();
    String next = word();
    at = before;
    return unit == CalendarUnit.WEEK ? !next.equals("first") : CalendarText.day(next) != null;
  }

  private Limit calendarWindow(
      long limit, CalendarUnit unit, String start, int startAt, int numberAt) {
    DayOfWeek firstDay = DayOfWeek.MONDAY;
    if (start.equals("from")) {
      if (unit != CalendarUnit.WEEK) {
        throw error(
            startAt, "only a week has a first day; write " + CalendarText.example(limit, unit));
      }
      skipSpace();
      int dayAt = at;
      firstDay = CalendarText.day(word());
      if (firstDay == null) {
        throw expected(dayAt, "a day of the week, as in " + limit + "/week from Sunday in UTC");
      }
      skipSpace();
      int inAt = at;
      if (!word().equals("in")) {
        throw expected(inAt, "'in' and a time zone, as in " + limit + "/week from Sunday in UTC");
      }
    }
    ZoneId zone = zone(limit, unit);
    skipSpace();
    int debtAt = at;
    String option = word();
    if (!option.isEmpty() && !option.equals("debt")) {
      throw expected(debtAt, "'debt' and a number, ';' and another limit, or the end");
    }
    long debt = option.isEmpty() ? 0 : debt();
    skipSpace();
    try {
      return new CalendarWindow(limit, unit, firstDay, zone, debt);
    } catch (IllegalArgumentException e) {
      throw error(numberAt, String.valueOf(e.getMessage()));
    }
  }

  private ZoneId zone(long limit, CalendarUnit unit) {
    skipSpace();
    int start = at;
    skip(c -> !Character.isWhitespace(c) && c != ';');
    if (start == at) {
      throw expected(start, "a time zone, as in " + CalendarText.example(limit, unit));
    }
    ZoneId zone = CalendarText.zone(text.substring(start, at));
    if (zone == null) {
      throw error(
          start,
          "found '"
              + shown(start, at)
              + "', which is not a known time zone; "
              + "write an ID such as Europe/Berlin, UTC or +02:00");
    }
    return zone;
  }

  /** Returns the length of a period; fails if the unit has no fixed length. */
  private Duration length(Period written, long limit) {
    if (written.length != null) {
      return written.length;
    }
    CalendarUnit unit = Objects.requireNonNull(written.unit);
    String name = CalendarText.name(unit);
    long days = unit.nominal().toDays();
    throw expected(
        written.unitAt,
        "a unit ("
            + UNIT_NAMES
            + "); for a calendar "
            + name
            + " write "
            + CalendarText.example(limit, unit)
            + ", for "
            + days
            + " days write "
            + days
            + "day");
  }

  private static Limit make(
      String algorithm, long limit, Duration period, long burst, WindowStart start, long debt) {
    return switch (algorithm) {
      case TOKEN_BUCKET -> new TokenBucket(limit, period, burst, debt);
      case LEAKY_BUCKET -> new LeakyBucket(limit, period, burst, debt);
      case FIXED_WINDOW -> new FixedWindow(limit, period, start, debt);
      case SLIDING_WINDOW -> new SlidingWindow(limit, period, start, debt);
      default -> new SlidingLog(limit, period, debt);
    };
  }

  private void firstUse(int optionAt) {
    for (String rest : List.of("first", "use")) {
      skipSpace();
      if (!word().equals(rest)) {
        throw expected(optionAt, "'from first use'");
      }
    }
  }

  private Period period() {
    int start = at;
    boolean counted = at < text.length() && isDigit(text.charAt(at));
    long number =
        counted ? number("a number", "a period is at most 366 days", this::wholePeriod) : 1;
    skipSpace();
    int unitAt = at;
    String name = word();
    Duration unit = UNITS.get(name);
    CalendarUnit calendarUnit = CalendarText.unit(name);
    if (unit == null && calendarUnit != null) {
      return new Period(null, calendarUnit, number, unitAt);
    }
    if (unit == null) {
      String found = text.substring(unitAt, at).toLowerCase(Locale.ROOT);
      throw expected(unitAt, "a unit (" + UNIT_NAMES + ")" + OTHER_UNITS.getOrDefault(found, ""));
    }
    if (number == 0 || number > LONGEST.toMillis() / unit.toMillis()) {
      throw error(start, "period is " + shown(start, at) + "; it must be 1 ms to 366 days");
    }
    return new Period(unit.multipliedBy(number), calendarUnit, number, unitAt);
  }

  private long permits(String what, Function<BigDecimal, String> advice) {
    return number(what, "it must be at most " + Domain.MAX_PERMITS, advice);
  }

  /**
   * Parses a whole number.
   *
   * @param advice the end of the message for a number with a fraction: what to write instead
   */
  private long number(String what, String most, Function<BigDecimal, String> advice) {
    int start = at;
    skip(PolicyParser::isDigit);
    if (start == at) {
      throw expected(start, what);
    }
    int end = at;
    skip(c -> isDigit(c) || c == '.' || c == ',' || c == '_');
    if (end < at && isDigit(text.charAt(at - 1))) {
      throw notWhole(start, text.substring(start, at), advice);
    }
    at = end;
    try {
      return Long.parseLong(text.substring(start, at));
    } catch (NumberFormatException e) {
      throw error(start, shown(start, at) + " is too large; " + most);
    }
  }

  private PolicySyntaxException notWhole(
      int start, String number, Function<BigDecimal, String> advice) {
    String problem = shown(start, at) + " is not a whole number";
    if (number.length() > LONGEST_FRACTION) {
      return error(start, problem);
    }
    if (FRACTION.matcher(number).matches()) {
      return error(start, problem + advice.apply(new BigDecimal(number)));
    }
    return GROUPED.matcher(number).matches()
        ? error(start, problem + "; write " + number.replaceAll("[,_]", ""))
        : error(start, problem);
  }

  /**
   * Returns advice with the same rate in whole numbers if a period follows: {@code 1/2s} for 0.5/s.
   */
  private String wholeRate(BigDecimal permits) {
    try {
      if (!accept('/')) {
        return "";
      }
      skipSpace();
      Duration period = period().length;
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
    Duration unit = UNITS.get(word());
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

  private void skip(IntPredicate characters) {
    while (at < text.length() && characters.test(text.charAt(at))) {
      at++;
    }
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  /** Parses letters and hyphens and returns them in lower case; empty if there are none. */
  private String word() {
    int start = at;
    skip(c -> Character.isLetter(c) || c == '-');
    return text.substring(start, at).toLowerCase(Locale.ROOT);
  }

  private boolean accept(char c) {
    skipSpace();
    if (at < text.length() && text.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  private void skipSpace() {
    skip(Character::isWhitespace);
  }

  private PolicySyntaxException expected(int position, String what) {
    int end = position;
    while (end < text.length() && !Character.isWhitespace(text.charAt(end))) {
      end++;
    }
    String found = position == text.length() ? "the end" : "'" + shown(position, end) + "'";
    return error(position, "found " + found + ", expected " + what);
  }

  private String shown(int start, int end) {
    return PolicySyntaxException.shown(text.substring(start, end));
  }

  private PolicySyntaxException error(int position, String problem) {
    return new PolicySyntaxException(text, position, problem);
  }
}
