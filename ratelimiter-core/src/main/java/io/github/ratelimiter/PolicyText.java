package io.github.ratelimiter;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/*
 * The text form of a policy:
 *
 *   policy    = limit *( ";" limit )
 *   limit     = [ algorithm ] number "/" [ number ] unit *option
 *             | fixed-window number "/" calendar [ "from" weekday ] "in" zone [ "debt" number ]
 *   option    = "burst" number | "from first use" | "debt" number          in this order
 *   algorithm = token-bucket | leaky-bucket | fixed-window | sliding-log | sliding-window
 *   unit      = ms | s | min | h | day, or their longer names
 *   calendar  = day | week | month | year
 *
 * Words are separated by white space. White space around "/" and ";" is optional. Upper and lower case
 * are equal.
 */
/** Formats limits as text that {@link PolicyParser} can parse. */
final class PolicyText {
  static final String TOKEN_BUCKET = "token-bucket";
  static final String LEAKY_BUCKET = "leaky-bucket";
  static final String FIXED_WINDOW = "fixed-window";
  static final String SLIDING_LOG = "sliding-log";
  static final String SLIDING_WINDOW = "sliding-window";

  /** All accepted names of units; the first name of each unit is the one that is written. */
  static final Map<String, Duration> UNITS = new LinkedHashMap<>();

  static {
    unit(Duration.ofDays(1), "day", "d", "days");
    unit(Duration.ofHours(1), "h", "hr", "hour", "hours");
    unit(Duration.ofMinutes(1), "min", "mins", "minute", "minutes");
    unit(Duration.ofSeconds(1), "s", "sec", "secs", "second", "seconds");
    unit(Duration.ofMillis(1), "ms", "millis", "millisecond", "milliseconds");
  }

  private PolicyText() {}

  private static void unit(Duration unit, String... names) {
    for (String name : names) {
      UNITS.put(name, unit);
    }
  }

  static String of(List<Limit> limits) {
    return String.join("; ", limits.stream().map(PolicyText::of).toList());
  }

  static String of(Limit limit) {
    return withoutDebt(limit) + (limit.debt() == 0 ? "" : " debt " + limit.debt());
  }

  private static String withoutDebt(Limit limit) {
    if (limit instanceof CalendarWindow window) {
      return FIXED_WINDOW + " " + CalendarText.of(window);
    }
    String rate = limit.permits() + "/" + period(limit.period());
    if (limit instanceof TokenBucket bucket) {
      return rate + burst(bucket.permits(), bucket.burst());
    }
    if (limit instanceof LeakyBucket bucket) {
      return LEAKY_BUCKET + " " + rate + burst(bucket.permits(), bucket.burst());
    }
    if (limit instanceof FixedWindow window) {
      return FIXED_WINDOW + " " + rate + start(window.start());
    }
    if (limit instanceof SlidingWindow window) {
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

  /** Returns a period in the largest unit of which it is a multiple. */
  static String period(Duration period) {
    for (Map.Entry<String, Duration> unit : UNITS.entrySet()) {
      long size = unit.getValue().toMillis();
      if (period.toMillis() % size == 0) {
        long number = period.toMillis() / size;
        return number == 1 ? unit.getKey() : number + unit.getKey();
      }
    }
    throw new AssertionError(period);
  }
}
