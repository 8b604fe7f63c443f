package io.github.ratelimiter.rules.file;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The text form of a duration: a whole number and a unit. */
final class DurationText {
  static final String EXPECTED = "a whole number and a unit (ms, s, min, h, day), such as 30s";

  private static final Pattern FORM = Pattern.compile("([0-9]{1,18}) ?([a-z]+)");

  /** The units, the largest first. */
  private enum Unit {
    DAY("day", "d", Duration.ofDays(1)),
    HOUR("h", "h", Duration.ofHours(1)),
    MINUTE("min", "m", Duration.ofMinutes(1)),
    SECOND("s", "s", Duration.ofSeconds(1)),
    MILLISECOND("ms", "ms", Duration.ofMillis(1)),
    MICROSECOND("us", "us", Duration.ofNanos(1000)),
    NANOSECOND("ns", "ns", Duration.ofNanos(1));

    private final String text;
    private final String other;
    private final Duration length;

    Unit(String text, String other, Duration length) {
      this.text = text;
      this.other = other;
      this.length = length;
    }

    boolean isWritten(String unit) {
      return unit.equals(text) || unit.equals(other);
    }

    boolean divides(Duration duration) {
      return length.multipliedBy(duration.dividedBy(length)).equals(duration);
    }
  }

  private DurationText() {}

  static Optional<Duration> parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      return Optional.empty();
    }
    try {
      long number = Long.parseLong(form.group(1));
      return Stream.of(Unit.values())
          .filter(unit -> unit.isWritten(form.group(2)))
          .findFirst()
          .map(unit -> unit.length.multipliedBy(number));
    } catch (ArithmeticException e) {
      return Optional.empty();
    }
  }

  /** Returns the text in the largest unit that divides the duration. */
  static String of(Duration duration) {
    if (duration.isZero()) {
      return "0s";
    }
    Unit unit =
        Stream.of(Unit.values()).filter(each -> each.divides(duration)).findFirst().orElseThrow();
    return duration.dividedBy(unit.length) + unit.text;
  }
}
