package io.github.ratelimiter.cli.log;

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
 * Parses the times of logs: {@code 17/May/2015:10:05:03 +0200}, ISO 8601 with {@code T} or a space,
 * and numbers since the Unix epoch. Each may have a fraction. A time without a zone is in UTC. Not
 * thread-safe.
 */
final class LogTime {
  /** Why a line with an unusable time is skipped. */
  static final String PROBLEM = "its time is invalid, or is not in the years 1970 to 2183";

  private static final DateTimeFormatter COMMON = formatter("dd/MMM/uuuu:HH:mm:ss");
  private static final DateTimeFormatter ISO = formatter("uuuu-MM-dd['T'][' ']HH:mm:ss");

  /** The index of the seconds. All usable years have four digits. */
  private static final int COMMON_SECONDS = "dd/MMM/uuuu:HH:mm:".length();

  private static final int ISO_SECONDS = "uuuu-MM-ddTHH:mm:".length();

  private static final Pattern LEAP_SECOND = Pattern.compile("(?<=[:T ]\\d\\d:\\d\\d):60(?!\\d)");

  /** The argument and the result of the last call. */
  private String lastText = "";

  private OptionalLong lastMicros = OptionalLong.empty();

  /** The last date that was parsed. */
  private String parsedText = "";

  private int secondsIndex;
  private long minuteMicros;

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

  /** Returns microseconds since the Unix epoch; empty if the time is invalid or out of range. */
  OptionalLong micros(String text) {
    // Parsing is slow, and most lines share their second or at least their minute with the last.
    if (!text.equals(lastText)) {
      lastText = text;
      lastMicros =
          endIfInLastMinute(text, 0) == text.length()
              ? ifInRange(minuteMicros + seconds(text) * 1_000_000L)
              : parse(text);
    }
    return lastMicros;
  }

  /**
   * Returns the index after a time in a line if it differs from the last parsed date only in the
   * seconds; otherwise -1. This is faster than the formatter.
   */
  int endIfInLastMinute(String line, int from) {
    int length = parsedText.length();
    int seconds = from + secondsIndex;
    int after = secondsIndex + 2;
    boolean same =
        after <= length
            && line.regionMatches(from, parsedText, 0, secondsIndex)
            && line.regionMatches(from + after, parsedText, after, length - after)
            && line.charAt(seconds) >= '0'
            && line.charAt(seconds) <= '5'
            && line.charAt(seconds + 1) >= '0'
            && line.charAt(seconds + 1) <= '9';
    return same ? from + length : -1;
  }

  private int seconds(String text) {
    return (text.charAt(secondsIndex) - '0') * 10 + text.charAt(secondsIndex + 1) - '0';
  }

  private OptionalLong parse(String text) {
    try {
      boolean isNumber = text.indexOf(':') < 0;
      OptionalLong micros = ifInRange(isNumber ? parseNumber(text) : parseDate(text));
      if (!isNumber && micros.isPresent()) {
        cacheMinute(text, micros.getAsLong());
      }
      return micros;
    } catch (DateTimeException | ArithmeticException | NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  private static OptionalLong ifInRange(long micros) {
    return micros >= 0 && micros <= Domain.LATEST_INSTANT
        ? OptionalLong.of(micros)
        : OptionalLong.empty();
  }

  private void cacheMinute(String text, long micros) {
    parsedText = text;
    secondsIndex = text.indexOf('/') > 0 ? COMMON_SECONDS : ISO_SECONDS;
    minuteMicros = micros - seconds(text) * 1_000_000L;
  }

  private static long parseDate(String text) {
    // java.time has no leap seconds, so 23:59:60 becomes one second after 23:59:59.
    String withoutLeapSecond =
        text.contains(":60") ? LEAP_SECOND.matcher(text).replaceFirst(":59") : text;
    DateTimeFormatter formatter = text.indexOf('/') > 0 ? COMMON : ISO;
    Instant instant = formatter.parse(withoutLeapSecond, Instant::from);
    long leap = withoutLeapSecond.equals(text) ? 0 : 1;
    return (instant.getEpochSecond() + leap) * 1_000_000 + instant.getNano() / 1_000;
  }

  /** Parses seconds, milliseconds, microseconds or nanoseconds. The number of digits decides. */
  private static long parseNumber(String text) {
    BigDecimal number = new BigDecimal(text);
    int digits = number.precision() - number.scale();
    int decimals = digits <= 11 ? 0 : digits <= 14 ? 3 : digits <= 17 ? 6 : 9;
    if (digits > 20) {
      throw new NumberFormatException(text);
    }
    return number.scaleByPowerOfTen(6 - decimals).longValue();
  }
}
