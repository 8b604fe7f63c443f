package io.github.ratelimiter.cli.replay;

import io.github.ratelimiter.algorithm.Domain;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * Reads the times of logs: {@code 17/May/2015:10:05:03 +0200}, ISO 8601 with {@code T} or a space,
 * and numbers since the Unix epoch. Each may have a fraction. A time without a zone is in UTC. For
 * one thread.
 */
final class LogTime {
  /** Why a line with such a text is not used. */
  static final String PROBLEM = "its time does not exist, or is not from the years 1970 to 2183";

  private static final DateTimeFormatter COMMON = formatter("dd/MMM/uuuu:HH:mm:ss");
  private static final DateTimeFormatter ISO = formatter("uuuu-MM-dd['T'][' ']HH:mm:ss");

  /** Where the seconds are: of a year with four digits, as all usable ones have. */
  private static final int COMMON_SECONDS = "dd/MMM/uuuu:HH:mm:".length();

  private static final int ISO_SECONDS = "uuuu-MM-ddTHH:mm:".length();

  private static final Pattern LEAP_SECOND = Pattern.compile("(?<=[:T ]\\d\\d:\\d\\d):60(?!\\d)");

  private String last = "";
  private OptionalLong lastMicros = OptionalLong.empty();

  /** The last time that was parsed, where its seconds are, and its value without them. */
  private String parsed = "";

  private int secondsAt;
  private long minute;

  private static DateTimeFormatter formatter(String pattern) {
    return new DateTimeFormatterBuilder()
        .parseCaseInsensitive()
        .appendPattern(pattern)
        .appendOptional(fraction('.'))
        .appendOptional(fraction(','))
        .appendPattern("[' ']")
        .optionalStart()
        .parseLenient()
        .appendOffset("+HH", "Z")
        .optionalEnd()
        .parseDefaulting(ChronoField.OFFSET_SECONDS, 0)
        .toFormatter(Locale.ENGLISH)
        .withResolverStyle(ResolverStyle.STRICT);
  }

  private static DateTimeFormatter fraction(char point) {
    return new DateTimeFormatterBuilder()
        .appendLiteral(point)
        .appendFraction(ChronoField.NANO_OF_SECOND, 1, 9, false)
        .toFormatter(Locale.ENGLISH);
  }

  /** Microseconds since the Unix epoch; empty if the text is no time that a limit can have. */
  OptionalLong micros(String text) {
    // A busy log has many lines with the same time, and every log with the same minute.
    if (!text.equals(last)) {
      last = text;
      lastMicros =
          isInParsedMinute(text) ? usable(minute + seconds(text) * 1_000_000L) : read(text);
    }
    return lastMicros;
  }

  /** Whether a text differs from the one that was parsed in its seconds alone. */
  private boolean isInParsedMinute(String text) {
    int after = secondsAt + 2;
    return text.length() == parsed.length()
        && after <= text.length()
        && text.regionMatches(0, parsed, 0, secondsAt)
        && text.regionMatches(after, parsed, after, text.length() - after)
        && text.charAt(secondsAt) >= '0'
        && text.charAt(secondsAt) <= '5'
        && text.charAt(secondsAt + 1) >= '0'
        && text.charAt(secondsAt + 1) <= '9';
  }

  private int seconds(String text) {
    return (text.charAt(secondsAt) - '0') * 10 + text.charAt(secondsAt + 1) - '0';
  }

  private OptionalLong read(String text) {
    try {
      boolean number = text.indexOf(':') < 0;
      OptionalLong micros = usable(number ? number(text) : date(text));
      if (!number && micros.isPresent()) {
        keepMinute(text, micros.getAsLong());
      }
      return micros;
    } catch (DateTimeException | ArithmeticException | NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  private static OptionalLong usable(long micros) {
    return micros >= 0 && micros <= Domain.LATEST_INSTANT
        ? OptionalLong.of(micros)
        : OptionalLong.empty();
  }

  private void keepMinute(String text, long micros) {
    parsed = text;
    secondsAt = text.indexOf('/') > 0 ? COMMON_SECONDS : ISO_SECONDS;
    minute = micros - seconds(text) * 1_000_000L;
  }

  private static long date(String text) {
    // The JDK has no leap seconds: 23:59:60 is a second after 23:59:59.
    String read = text.contains(":60") ? LEAP_SECOND.matcher(text).replaceFirst(":59") : text;
    DateTimeFormatter formatter = text.indexOf('/') > 0 ? COMMON : ISO;
    Instant instant = formatter.parse(read, Instant::from);
    long leap = read.equals(text) ? 0 : 1;
    return (instant.getEpochSecond() + leap) * 1_000_000 + instant.getNano() / 1_000;
  }

  /** Seconds, milliseconds, microseconds or nanoseconds: their sizes tell them apart. */
  private static long number(String text) {
    BigDecimal number = new BigDecimal(text);
    int digits = number.precision() - number.scale();
    int perSecond = digits <= 11 ? 0 : digits <= 14 ? 3 : digits <= 17 ? 6 : 9;
    if (digits > 20) {
      throw new NumberFormatException(text);
    }
    return number.scaleByPowerOfTen(6 - perSecond).longValue();
  }
}
