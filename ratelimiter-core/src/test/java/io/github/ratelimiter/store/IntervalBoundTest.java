package io.github.ratelimiter.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.CalendarWindow;
import io.github.ratelimiter.FixedWindow;
import io.github.ratelimiter.LeakyBucket;
import io.github.ratelimiter.Limit;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.SlidingLog;
import io.github.ratelimiter.TokenBucket;
import io.github.ratelimiter.WindowStart;
import io.github.ratelimiter.store.Spending.Use;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What the limits promise of any interval, checked on every pair of uses: whether permits are used
 * at once, out of a lease at any moment before its end, or at the turn that was reserved.
 */
class IntervalBoundTest {
  private static final int RUNS = Integer.getInteger("proof.runs", 100) * 20;
  private static final int STEPS = 60;

  @Test
  void noIntervalSeesMoreThanItsLimitsPromise() {
    for (long seed = 0; seed < RUNS; seed++) {
      Scenarios scenarios = new Scenarios(seed);
      Policy policy =
          switch ((int) (seed % 4)) {
            case 0 -> scenarios.policy(3);
            case 1 -> scenarios.reservablePolicy(2);
            default -> scenarios.tightBuckets();
          };
      Spending spending = new Spending(scenarios, policy);
      List<Use> uses = spending.run(STEPS);
      for (Limit limit : policy.limits()) {
        check(limit, uses, spending, "seed " + seed + ", " + policy);
      }
    }
  }

  private static void check(Limit limit, List<Use> uses, Spending spending, String story) {
    if (limit instanceof TokenBucket bucket) {
      checkBucket(limit, bucket.burst(), uses, story);
    } else if (limit instanceof LeakyBucket bucket) {
      checkBucket(limit, bucket.burst(), uses, story);
    } else if (limit instanceof SlidingLog) {
      for (Use first : uses) {
        assertThat(usedWithin(uses, first.at(), period(limit)))
            .as(story)
            .isLessThanOrEqualTo(limit.permits());
      }
    } else if (limit instanceof CalendarWindow window) {
      checkWindows(window, uses, story);
    } else if (limit instanceof FixedWindow window
        && !(window.start() == WindowStart.FIRST_USE && spending.gaveBack())) {
      checkWindows(window, uses, spending.grants(), story);
    }
  }

  private static void checkBucket(Limit limit, long burst, List<Use> uses, String story) {
    BigInteger period = BigInteger.valueOf(period(limit));
    for (int first = 0; first < uses.size(); first++) {
      long used = 0;
      for (int last = first; last < uses.size(); last++) {
        used += uses.get(last).permits();
        BigInteger length = BigInteger.valueOf(uses.get(last).at() - uses.get(first).at());
        BigInteger refilled = length.multiply(BigInteger.valueOf(limit.permits())).divide(period);
        assertThat(BigInteger.valueOf(used))
            .as("%s%nfrom %s to %s", story, uses.get(first), uses.get(last))
            .isLessThanOrEqualTo(refilled.add(BigInteger.valueOf(burst)));
      }
    }
  }

  /** Every day, week, month or year of the zone in which something was used. */
  private static void checkWindows(CalendarWindow window, List<Use> uses, String story) {
    Map<LocalDate, Long> sums = new HashMap<>();
    for (Use use : uses) {
      LocalDate date =
          Instant.EPOCH.plus(use.at(), ChronoUnit.MICROS).atZone(window.zone()).toLocalDate();
      LocalDate first =
          switch (window.unit()) {
            case DAY -> date;
            case WEEK -> date.with(TemporalAdjusters.previousOrSame(window.firstDay()));
            case MONTH -> date.withDayOfMonth(1);
            case YEAR -> date.withDayOfYear(1);
          };
      assertThat(sums.merge(first, use.permits(), Long::sum))
          .as("%s: %s from %s", story, window, first)
          .isLessThanOrEqualTo(window.permits());
    }
  }

  /** A window from first use begins with the first grant since the one before it ended. */
  private static void checkWindows(
      FixedWindow window, List<Use> uses, List<Long> grants, String story) {
    long period = period(window);
    long end = 0;
    for (long grant : grants) {
      if (grant >= end) {
        long start = window.start() == WindowStart.EPOCH ? grant / period * period : grant;
        end = start + period;
        assertThat(usedWithin(uses, start, period)).as(story).isLessThanOrEqualTo(window.permits());
      }
    }
  }

  private static long usedWithin(List<Use> uses, long start, long length) {
    return uses.stream()
        .filter(use -> use.at() >= start && use.at() < start + length)
        .mapToLong(Use::permits)
        .sum();
  }

  private static long period(Limit limit) {
    return limit.period().toNanos() / 1_000;
  }
}
