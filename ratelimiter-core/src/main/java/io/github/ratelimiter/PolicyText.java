package io.github.ratelimiter;

import io.github.ratelimiter.algorithm.Domain;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/*
 * The text form of a policy:
 *
 *   policy    = limit *( ";" limit )
 *   limit     = [ algorithm ] number "/" [ number ] unit [ "burst" number ] [ "from first use" ]
 *   algorithm = token-bucket | leaky-bucket | fixed-window | sliding-log | sliding-window
 *   unit      = ms | s | min | h | day, or their longer names
 *
 * White space stands between words and is free around "/" and ";". Letters may be of any case.
 */
/** Reads and writes the text form of limits. */
final class PolicyText {
  private static final String TOKEN_BUCKET = "token-bucket";
  private static final String LEAKY_BUCKET = "leaky-bucket";
  private static final String FIXED_WINDOW = "fixed-window";
  private static final String SLIDING_LOG = "sliding-log";
  private static final String SLIDING_WINDOW = "sliding-window";
  private static final List<String> ALGORITHMS =
      List.of(TOKEN_BUCKET, LEAKY_BUCKET, FIXED_WINDOW, SLIDING_LOG, SLIDING_WINDOW);
  private static final String ALGORITHM_NAMES = String.join(", ", ALGORITHMS);
  private static final String UNIT_NAMES = "ms, s, min, h or day";

  /** Units by every name that is read; the first name of each is the one that is written. */
  private static final Map<String, Duration> UNITS = new LinkedHashMap<>();

  static {
    unit(Duration.ofDays(1), "day", "d", "days");
    unit(Duration.ofHours(1), "h", "hr", "hour", "hours");
    unit(Duration.ofMinutes(1), "min", "mins", "minute", "minutes");
    unit(Duration.ofSeconds(1), "s", "sec", "secs", "second", "seconds");
    unit(Duration.ofMillis(1), "ms", "millis", "millisecond", "milliseconds");
  }

  private final String text;
  private int at;

  private PolicyText(String text) {
    this.text = text;
  }

  private static void unit(Duration unit, String... names) {
    for (String name : names) {
      UNITS.put(name, unit);
    }
  }

  // --- writing ---------------------------------------------------------------------------------

  static String of(List<Limit> limits) {
    return String.join("; ", limits.stream().map(PolicyText::of).toList());
  }

  static String of(Limit limit) {
    String rate = limit.limit() + "/" + period(limit.period());
    if (limit instanceof TokenBucket bucket) {
      return rate + burst(bucket.limit(), bucket.burst());
    }
    if (limit instanceof LeakyBucket bucket) {
      return LEAKY_BUCKET + " " + rate + burst(bucket.limit(), bucket.burst());
    }
    if (limit instanceof FixedWindow window) {
      return FIXED_WINDOW + " " + rate + start(window.start());
    }
    if (limit instanceof SlidingWindowCounter window) {
      return SLIDING_WINDOW + " " + rate + start(window.start());
    }
    return SLIDING_LOG + " " + rate;
  }

  private static String burst(long limit, long burst) {
    return burst == limit ? "" : " burst " + burst;
  }

  private static String start(WindowStart start) {
    return start == WindowStart.EPOCH ? "" : " from first use";
  }

  private static String period(Duration period) {
    for (Map.Entry<String, Duration> unit : UNITS.entrySet()) {
      long size = unit.getValue().toMillis();
      if (period.toMillis() % size == 0) {
        long number = period.toMillis() / size;
        return number == 1 ? unit.getKey() : number + unit.getKey();
      }
    }
    throw new AssertionError(period);
  }

  // --- reading ---------------------------------------------------------------------------------

  static List<Limit> parse(String text) {
    PolicyText parser = new PolicyText(text);
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
      algorithm = word();
      if (!ALGORITHMS.contains(algorithm)) {
        throw expected(start, "an algorithm (" + ALGORITHM_NAMES + ") or a number of permits");
      }
      skipSpace();
    }
    boolean bucket = algorithm.equals(TOKEN_BUCKET) || algorithm.equals(LEAKY_BUCKET);
    boolean window = algorithm.equals(FIXED_WINDOW) || algorithm.equals(SLIDING_WINDOW);
    int numberAt = at;
    long limit = permits("a number of permits, as in 100/min");
    if (!accept('/')) {
      throw expected(at, "'/' and a period, as in " + limit + "/min");
    }
    skipSpace();
    Duration period = period();
    long burst = limit;
    WindowStart windowStart = WindowStart.EPOCH;
    skipSpace();
    int optionAt = at;
    String option = word();
    if (option.equals("burst") && bucket) {
      skipSpace();
      int burstAt = at;
      burst = permits("a number of permits, as in burst 20");
      if (limit == 0) {
        throw error(optionAt, "a limit of 0 refuses everything and takes no burst");
      }
      if (burst == 0) {
        throw error(burstAt, "burst is 0; it must be at least 1");
      }
    } else if (option.equals("from") && window) {
      firstUse(optionAt);
      windowStart = WindowStart.FIRST_USE;
    } else if (!option.isEmpty()) {
      throw expected(
          optionAt,
          (bucket ? "'burst' and a number, " : window ? "'from first use', " : "")
              + "';' and another limit, or the end");
    }
    skipSpace();
    try {
      return make(algorithm, limit, period, burst, windowStart);
    } catch (IllegalArgumentException e) {
      throw error(numberAt, String.valueOf(e.getMessage()));
    }
  }

  private static Limit make(
      String algorithm, long limit, Duration period, long burst, WindowStart start) {
    return switch (algorithm) {
      case TOKEN_BUCKET -> new TokenBucket(limit, period, burst);
      case LEAKY_BUCKET -> new LeakyBucket(limit, period, burst);
      case FIXED_WINDOW -> new FixedWindow(limit, period, start);
      case SLIDING_WINDOW -> new SlidingWindowCounter(limit, period, start);
      default -> new SlidingWindowLog(limit, period);
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

  private Duration period() {
    int start = at;
    boolean counted = at < text.length() && isDigit(text.charAt(at));
    long number = counted ? number("a number", "a period is at most 366 days") : 1;
    skipSpace();
    int unitAt = at;
    Duration unit = UNITS.get(word());
    if (unit == null) {
      throw expected(unitAt, "a unit (" + UNIT_NAMES + ")");
    }
    if (number == 0 || number > Duration.ofDays(366).toMillis() / unit.toMillis()) {
      throw error(start, "period is " + shown(start, at) + "; it must be 1 ms to 366 days");
    }
    return unit.multipliedBy(number);
  }

  private long permits(String what) {
    return number(what, "at most " + Domain.MAX_PERMITS + " will do");
  }

  private long number(String what, String most) {
    int start = at;
    while (at < text.length() && isDigit(text.charAt(at))) {
      at++;
    }
    if (start == at) {
      throw expected(start, what);
    }
    try {
      return Long.parseLong(text.substring(start, at));
    } catch (NumberFormatException e) {
      throw error(start, shown(start, at) + " is too large; " + most);
    }
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /** Letters and hyphens, in lower case; empty if there are none here. */
  private String word() {
    int start = at;
    while (at < text.length() && (Character.isLetter(text.charAt(at)) || text.charAt(at) == '-')) {
      at++;
    }
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
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
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
