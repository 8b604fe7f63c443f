package io.github.ratelimiter;

import static io.github.ratelimiter.PolicyText.FIXED_WINDOW;
import static io.github.ratelimiter.PolicyText.LEAKY_BUCKET;
import static io.github.ratelimiter.PolicyText.SLIDING_LOG;
import static io.github.ratelimiter.PolicyText.SLIDING_WINDOW;
import static io.github.ratelimiter.PolicyText.TOKEN_BUCKET;

import io.github.ratelimiter.PeriodParser.Period;
import io.github.ratelimiter.PolicyScanner.Word;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Parses one limit: its algorithm, its permits, its period and then its options in their order. */
final class LimitParser {
  private static final List<String> ALGORITHMS =
      List.of(TOKEN_BUCKET, LEAKY_BUCKET, FIXED_WINDOW, SLIDING_LOG, SLIDING_WINDOW);

  /** Other common names of the algorithms. Hyphens may also be written as underscores. */
  private static final Map<String, String> OTHER_ALGORITHMS =
      Map.of(
          "fixed-window-counter", FIXED_WINDOW,
          "sliding-window-counter", SLIDING_WINDOW,
          "sliding-window-log", SLIDING_LOG);

  private static final String ALGORITHM_NAMES = String.join(", ", ALGORITHMS);

  private final PolicyScanner in;
  private final PeriodParser periods;
  private String algorithm = TOKEN_BUCKET;
  private int numberAt;
  private long permits;

  LimitParser(PolicyScanner in) {
    this.in = in;
    this.periods = new PeriodParser(in);
  }

  Limit parse() {
    in.skipSpace();
    if (in.isAtLetter()) {
      algorithm = algorithm();
      in.skipSpace();
    }
    numberAt = in.position();
    permits = in.permits("a number of permits, as in 100/min", periods::wholeRate);
    if (!in.accept('/')) {
      throw in.expected(in.position(), "'/' and a period, as in " + permits + "/min");
    }
    in.skipSpace();
    int periodAt = in.position();
    Period period = periods.parse();
    Word option = in.nextWord();
    CalendarUnit unit = period.unit();
    if (unit != null && algorithm.equals(FIXED_WINDOW)) {
      CalendarWindowParser calendar = new CalendarWindowParser(in, permits, unit);
      if (calendar.accepts(option)) {
        checkSingle(period, unit, periodAt);
        return calendar.parse(option, numberAt);
      }
    }
    return withOptions(period, option);
  }

  /** Parses the name of an algorithm, and returns our name for it if it is a known other name. */
  private String algorithm() {
    int start = in.position();
    String name =
        in.read(c -> Character.isLetter(c) || c == '-' || c == '_')
            .toLowerCase(Locale.ROOT)
            .replace('_', '-');
    String ours = OTHER_ALGORITHMS.getOrDefault(name, name);
    if (!ALGORITHMS.contains(ours)) {
      throw in.expected(start, "an algorithm (" + ALGORITHM_NAMES + ") or a number of permits");
    }
    return ours;
  }

  private void checkSingle(Period period, CalendarUnit unit, int periodAt) {
    if (period.number() != 1) {
      throw in.error(
          periodAt,
          "a calendar window is one day, week, month or year, as in "
              + CalendarText.example(permits, unit));
    }
  }

  private Limit withOptions(Period written, Word first) {
    Duration period = periods.length(written, permits);
    Word option = first;
    long burst = permits;
    WindowStart start = WindowStart.EPOCH;
    if (option.is("burst") && isBucket()) {
      burst = burst(option.position());
      option = in.nextWord();
    } else if (option.is("from") && isWindow()) {
      firstUse(option.position());
      start = WindowStart.FIRST_USE;
      option = in.nextWord();
    }
    if (!option.isMissing() && !option.is("debt")) {
      throw unknownOption(option, written.unit());
    }
    long debt = option.isMissing() ? 0 : debt(in);
    in.skipSpace();
    return make(period, burst, start, debt);
  }

  private boolean isBucket() {
    return algorithm.equals(TOKEN_BUCKET) || algorithm.equals(LEAKY_BUCKET);
  }

  private boolean isWindow() {
    return algorithm.equals(FIXED_WINDOW) || algorithm.equals(SLIDING_WINDOW);
  }

  private long burst(int optionAt) {
    in.skipSpace();
    int burstAt = in.position();
    long burst = in.permits("a number of permits, as in burst 20");
    if (permits == 0) {
      throw in.error(optionAt, "a limit of 0 refuses everything and takes no burst");
    }
    if (burst == 0) {
      throw in.error(burstAt, "burst is 0; it must be at least 1");
    }
    return burst;
  }

  private void firstUse(int optionAt) {
    for (String rest : List.of("first", "use")) {
      if (!in.nextWord().is(rest)) {
        throw in.expected(optionAt, "'from first use'");
      }
    }
  }

  private PolicySyntaxException unknownOption(Word option, @Nullable CalendarUnit unit) {
    String known = isBucket() ? "'burst' and a number, " : isWindow() ? "'from first use', " : "";
    String advice =
        option.is("in")
            ? "; only fixed windows of a day, week, month or year have a time zone, as in "
                + CalendarText.example(permits, unit == null ? CalendarUnit.DAY : unit)
            : "";
    return in.expected(
        option.position(),
        known + "'debt' and a number, ';' and another limit, or the end" + advice);
  }

  /** Parses the number after {@code debt}. */
  static long debt(PolicyScanner in) {
    in.skipSpace();
    return in.permits("a number of permits, as in debt 20");
  }

  private Limit make(Duration period, long burst, WindowStart start, long debt) {
    return create(
        in,
        numberAt,
        () ->
            switch (algorithm) {
              case TOKEN_BUCKET -> new TokenBucket(permits, period, burst, debt);
              case LEAKY_BUCKET -> new LeakyBucket(permits, period, burst, debt);
              case FIXED_WINDOW -> new FixedWindow(permits, period, start, debt);
              case SLIDING_WINDOW -> new SlidingWindow(permits, period, start, debt);
              default -> new SlidingLog(permits, period, debt);
            });
  }

  /** Creates a limit; if its numbers are out of range, the error is at the permits. */
  static Limit create(PolicyScanner in, int numberAt, Supplier<Limit> limit) {
    try {
      return limit.get();
    } catch (IllegalArgumentException e) {
      throw in.error(numberAt, String.valueOf(e.getMessage()));
    }
  }
}
