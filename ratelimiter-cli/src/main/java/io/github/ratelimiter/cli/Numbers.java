package io.github.ratelimiter.cli;

import java.time.Duration;
import java.util.Locale;

/** Formats numbers for tables and messages. */
public final class Numbers {
  private Numbers() {}

  /** Formats a number with commas, as in {@code 1,234,567}. */
  public static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** Formats a number with commas and decimals, as in {@code 1,234.50}; {@code -} if not finite. */
  public static String number(double number, int decimals) {
    return Double.isFinite(number)
        ? String.format(Locale.ROOT, "%,." + decimals + "f", number)
        : "-";
  }

  /** Formats a number with at most three decimals, as in {@code 1,234.5} or {@code 80}. */
  public static String withoutTrailingZeros(double number) {
    return number(number, 3).replaceAll("\\.?0+$", "");
  }

  /** Formats a count with its noun, as in {@code 1 line} or {@code 2 lines}. */
  public static String count(long number, String noun) {
    return count(number, noun, noun + "s");
  }

  /** Formats a count with its noun, as in {@code 1 entry} or {@code 2 entries}. */
  public static String count(long number, String noun, String plural) {
    return number(number) + " " + (number == 1 ? noun : plural);
  }

  /** Formats a part of a whole, as in {@code 12.5 %}; {@code 0.0 %} if the whole is 0. */
  public static String percent(long part, long whole) {
    double percent = whole == 0 ? 0 : 100.0 * part / whole;
    return String.format(Locale.ROOT, "%.1f %%", percent);
  }

  /** Formats seconds in the two largest units, as in {@code 3 d 11 h}. */
  public static String duration(long seconds) {
    Duration time = Duration.ofSeconds(seconds);
    long[] parts = {
      time.toDays(), time.toHoursPart(), time.toMinutesPart(), time.toSecondsPart(),
    };
    String[] units = {"d", "h", "min", "s"};
    int largest = 0;
    while (largest < 3 && parts[largest] == 0) {
      largest++;
    }
    String text = parts[largest] + " " + units[largest];
    boolean hasSecondUnit = largest < 3 && parts[largest + 1] > 0;
    return hasSecondUnit ? text + " " + parts[largest + 1] + " " + units[largest + 1] : text;
  }
}
