package io.github.ratelimiter.server.stats;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the length of the time that statistics are for. */
public final class StatsWindow {
  /** The longest that can be asked for. */
  public static final Duration LONGEST = Duration.ofDays(31);

  /** What it is if nobody says. */
  public static final Duration DEFAULT = Duration.ofHours(1);

  private static final Pattern FORM = Pattern.compile("([0-9]{1,6})(s|m|min|h|d|day)");
  private static final Map<String, ChronoUnit> UNITS =
      Map.of(
          "s", ChronoUnit.SECONDS,
          "m", ChronoUnit.MINUTES,
          "min", ChronoUnit.MINUTES,
          "h", ChronoUnit.HOURS,
          "d", ChronoUnit.DAYS,
          "day", ChronoUnit.DAYS);

  private StatsWindow() {}

  /** Returns a time such as {@code 15m} or {@code 7d}; empty if the text is none, or too long. */
  public static Optional<Duration> parse(String text) {
    Matcher form = FORM.matcher(text);
    return form.matches()
        ? Optional.of(
                Duration.of(
                    Long.parseLong(form.group(1)),
                    Objects.requireNonNull(UNITS.get(form.group(2)))))
            .filter(window -> !window.isZero() && window.compareTo(LONGEST) <= 0)
        : Optional.empty();
  }
}
