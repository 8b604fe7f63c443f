package io.github.ratelimiter.testkit.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.CalendarWindow;
import io.github.ratelimiter.FixedWindow;
import io.github.ratelimiter.LeakyBucket;
import io.github.ratelimiter.Limit;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.SlidingLog;
import io.github.ratelimiter.TokenBucket;
import io.github.ratelimiter.testkit.fleet.FleetSimulation.Admitted;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Checks what a limit guarantees for every interval, on a log of admitted permits, in integers. */
public final class EveryInterval {
  private EveryInterval() {}

  /**
   * Fails if in any interval more permits were admitted than a limit of a policy allows. Windows
   * begin at the epoch.
   *
   * @param policy the policy
   * @param log what was admitted, in the order of the instants
   * @param story a description for the message
   */
  public static void stayedBelow(Policy policy, List<Admitted> log, String story) {
    for (Limit limit : policy.limits()) {
      long period = limit.period().toNanos() / 1_000;
      if (limit instanceof TokenBucket || limit instanceof LeakyBucket) {
        bucket(limit, period, log, story);
      } else if (limit instanceof SlidingLog) {
        period(limit, period, log, story);
      } else if (limit instanceof CalendarWindow window) {
        calendar(window, log, story);
      } else {
        windows(limit, period, log, story);
      }
    }
  }

  /** sum(i..j) <= burst + (tj - ti) * limit / period, times the period, for all i <= j at once. */
  private static void bucket(Limit limit, long period, List<Admitted> log, String story) {
    long origin = log.isEmpty() ? 0 : log.get(0).at();
    long sum = 0;
    long least = Long.MAX_VALUE;
    for (Admitted admitted : log) {
      long refilled = (admitted.at() - origin) * limit.permits();
      least = Math.min(least, sum * period - refilled);
      sum += admitted.permits();
      assertThat(sum * period - refilled - least)
          .as("%s: %s, until %s", story, limit, admitted)
          .isLessThanOrEqualTo(limit.capacity() * period);
    }
  }

  private static void period(Limit limit, long period, List<Admitted> log, String story) {
    long sum = 0;
    int first = 0;
    for (Admitted admitted : log) {
      sum += admitted.permits();
      while (log.get(first).at() <= admitted.at() - period) {
        sum -= log.get(first++).permits();
      }
      assertThat(sum)
          .as("%s: %s, until %s", story, limit, admitted)
          .isLessThanOrEqualTo(limit.permits());
    }
  }

  /** Checks each day, week, month and year of the zone. */
  private static void calendar(CalendarWindow window, List<Admitted> log, String story) {
    Map<LocalDate, Long> sums = new HashMap<>();
    for (Admitted admitted : log) {
      LocalDate date =
          Instant.EPOCH.plus(admitted.at(), ChronoUnit.MICROS).atZone(window.zone()).toLocalDate();
      LocalDate first =
          switch (window.unit()) {
            case DAY -> date;
            case WEEK -> date.with(TemporalAdjusters.previousOrSame(window.firstDay()));
            case MONTH -> date.withDayOfMonth(1);
            case YEAR -> date.withDayOfYear(1);
          };
      assertThat(sums.merge(first, admitted.permits(), Long::sum))
          .as("%s: %s, until %s", story, window, admitted)
          .isLessThanOrEqualTo(window.permits());
    }
  }

  /**
   * Checks each window; for a sliding window counter with the weighted part of the previous window.
   */
  private static void windows(Limit limit, long period, List<Admitted> log, String story) {
    boolean sliding = !(limit instanceof FixedWindow);
    long window = 0;
    long previous = 0;
    long current = 0;
    for (Admitted admitted : log) {
      long now = admitted.at() / period;
      if (now != window) {
        previous = now == window + 1 ? current : 0;
        current = 0;
        window = now;
      }
      current += admitted.permits();
      long overlap = sliding ? previous * (period - admitted.at() % period) : 0;
      assertThat(overlap + current * period)
          .as("%s: %s, until %s", story, limit, admitted)
          .isLessThanOrEqualTo(limit.permits() * period);
    }
  }
}
