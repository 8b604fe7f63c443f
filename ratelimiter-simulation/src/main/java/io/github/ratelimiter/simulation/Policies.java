package io.github.ratelimiter.simulation;

import io.github.ratelimiter.CalendarWindow;
import io.github.ratelimiter.FixedWindow;
import io.github.ratelimiter.LeakyBucket;
import io.github.ratelimiter.Limit;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.SlidingLog;
import io.github.ratelimiter.SlidingWindow;
import io.github.ratelimiter.TokenBucket;
import io.github.ratelimiter.WindowStart;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Draws policies: a single version, or several consecutive versions of one policy. */
final class Policies {
  /** Changes that once caused an error, or could. */
  private static final String[][] CHANGES = {
    {"10/s; 100/min", "100/min"},
    {"1000/day", "1000/day; 10/s"},
    {"10/s burst 10; 3000/h", "3000/h"},
    {"100/min", "fixed-window 10/min"},
    {"fixed-window 100/h", "10/s"},
    {"100/min", "10000/min; 100/min"},
    {"100/min", "200/min; 150/min"},
    {"10/s burst 10", "10/s burst 100; 50/min"},
    {"100/min burst 10; 5/h", "6000/h burst 10; 300/min"},
    {"10/min", "11/min"},
    {"10/s", "20/s"},
    {"10000/s", "100000/s burst 10000"},
    {"sliding-log 50/s", "sliding-log 100/5s"},
    {"sliding-window 50/s", "sliding-window 120/3s"},
    {"100/s", "1/h", "100/s"},
    {"leaky-bucket 50/s", "50/s", "fixed-window 50/s"},
  };

  private static final long[] PERIODS = {100, 1_000, 1_000, 2_000, 5_000, 10_000, 60_000};

  /** Windows of this period are replaced by calendar windows. */
  private static final Duration CALENDAR = Duration.ofMinutes(1);

  /** A run takes about a minute. */
  private static final long LATEST_MIDNIGHT = 50;

  /** So many permits are used in a second, so the day often ends before its limit is reached. */
  private static final long PERMITS_A_SECOND = 8;

  private Policies() {}

  /** Returns one version, or several. */
  static List<Policy> versions(String name, Focus focus, SplittableRandom random) {
    boolean several = focus == Focus.VERSIONS || (focus == Focus.ANY && random.nextBoolean());
    if (!several) {
      return List.of(Policy.of(name, limits(random)));
    }
    List<Policy> versions = new ArrayList<>();
    if (random.nextInt(3) == 0) {
      for (String text : CHANGES[random.nextInt(CHANGES.length)]) {
        versions.add(Policy.parse(name, text));
      }
      return versions.stream().distinct().toList();
    }
    versions.add(Policy.of(name, limits(random)));
    for (int more = 1 + random.nextInt(3); more > 0; more--) {
      versions.add(Policy.of(name, changed(versions.get(versions.size() - 1).limits(), random)));
    }
    return versions.stream().distinct().toList();
  }

  /** Returns the versions with debts, which may differ between versions of the same limit. */
  static List<Policy> withDebts(List<Policy> versions, SplittableRandom random) {
    return versions.stream()
        .map(
            version ->
                version.withLimits(
                    version.limits().stream()
                        .map(limit -> limit.withDebt(random.nextLong(limit.capacity() + 3)))
                        .toList()))
        .toList();
  }

  private static List<Limit> limits(SplittableRandom random) {
    List<Limit> limits = new ArrayList<>();
    for (int more = random.nextInt(4) == 0 ? 1 + random.nextInt(2) : 0; more >= 0; more--) {
      limits.add(limit(random));
    }
    return limits;
  }

  private static Limit limit(SplittableRandom random) {
    long limit =
        random.nextInt(4) == 0
            ? 1 + random.nextInt(10)
            : (long) (5 * Math.exp(random.nextDouble(4)));
    Duration period = Duration.ofMillis(PERIODS[random.nextInt(PERIODS.length)]);
    long burst = random.nextBoolean() ? limit : 1 + random.nextLong(2 * limit);
    return limit(random.nextInt(7), limit, period, burst, random.nextInt(8) == 0);
  }

  private static Limit limit(int kind, long limit, Duration period, long burst, boolean firstUse) {
    WindowStart start = firstUse ? WindowStart.FIRST_USE : WindowStart.EPOCH;
    return switch (kind) {
      case 0, 1, 2 -> new TokenBucket(limit, period, burst);
      case 3 -> new LeakyBucket(limit, period, burst);
      case 4 ->
          period.equals(CALENDAR) && !firstUse
              ? midnightIn(limit)
              : new FixedWindow(limit, period, start);
      case 5 -> new SlidingLog(limit, period);
      default -> new SlidingWindow(limit, period, start);
    };
  }

  /** Returns a day in a zone that has midnight soon after the beginning of the run. */
  private static Limit midnightIn(long limit) {
    int seconds = (int) Math.min(1 + limit / PERMITS_A_SECOND, LATEST_MIDNIGHT);
    return CalendarWindow.perDay(limit, ZoneOffset.ofTotalSeconds(-seconds));
  }

  private static List<Limit> changed(List<Limit> limits, SplittableRandom random) {
    List<Limit> changed = new ArrayList<>(limits);
    switch (random.nextInt(4)) {
      case 0 -> changed.add(random.nextInt(changed.size() + 1), limit(random));
      case 1 -> {
        if (changed.size() > 1) {
          changed.remove(random.nextInt(changed.size()));
        } else {
          changed.set(0, limit(random));
        }
      }
      case 2 -> changed.set(random.nextInt(changed.size()), limit(random));
      default -> {
        int place = random.nextInt(changed.size());
        changed.set(place, scaled(changed.get(place), random));
      }
    }
    return changed;
  }

  /** Returns the same kind of limit with another number. */
  private static Limit scaled(Limit limit, SplittableRandom random) {
    long permits = Math.max(limit.permits() * (1 + random.nextInt(20)) / 8, 1);
    Duration period =
        random.nextInt(3) == 0
            ? Duration.ofMillis(PERIODS[random.nextInt(PERIODS.length)])
            : limit.period();
    int kind =
        limit instanceof TokenBucket
            ? 0
            : limit instanceof LeakyBucket
                ? 3
                : limit instanceof FixedWindow ? 4 : limit instanceof SlidingLog ? 5 : 6;
    long burst = random.nextBoolean() ? permits : limit.capacity();
    if (limit instanceof CalendarWindow window) {
      return period.equals(window.period())
          ? CalendarWindow.perDay(permits, window.zone())
          : midnightIn(permits);
    }
    return limit(kind, permits, period, burst, false);
  }
}
