package io.github.ratelimiter.bench.options;

import io.github.ratelimiter.cli.CommandException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Converts a duration such as {@code 1.5s}. */
public final class DurationConverter implements ITypeConverter<Duration> {
  private static final Pattern SYNTAX = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,3})?)(ms|s|min|h)");

  @Override
  public Duration convert(String text) {
    Matcher matcher = SYNTAX.matcher(text);
    if (!matcher.matches()) {
      throw new TypeConversionException(
          "found '" + text + "', expected a time such as 100ms, 1.5s or 2min");
    }
    long nanos =
        switch (matcher.group(2)) {
          case "ms" -> 1_000_000L;
          case "s" -> 1_000_000_000L;
          case "min" -> 60_000_000_000L;
          default -> 3_600_000_000_000L;
        };
    return Duration.ofNanos((long) (Double.parseDouble(matcher.group(1)) * nanos));
  }

  /**
   * Checks the duration of an option.
   *
   * @param option the name of the option
   * @param value its value
   * @param minimum the shortest valid duration
   * @param maximum the longest valid duration
   * @throws CommandException if the value is out of range
   */
  public static void checkRange(String option, Duration value, Duration minimum, Duration maximum) {
    if (value.compareTo(minimum) < 0 || value.compareTo(maximum) > 0) {
      throw CommandException.outOfRange(option, text(value), text(minimum), text(maximum));
    }
  }

  private static String text(Duration time) {
    return time.toMillis() % 1_000 == 0 ? time.toSeconds() + "s" : time.toMillis() + "ms";
  }
}
