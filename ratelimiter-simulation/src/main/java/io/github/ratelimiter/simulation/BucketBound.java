package io.github.ratelimiter.simulation;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.simulation.Creations.Allowance;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * In any interval of length t at most {@code burst + t * limit / period}, more by what is allowed
 * for counters that were created in it.
 *
 * @param burst the most at once
 * @param limit so many permits
 * @param period in so many microseconds
 */
record BucketBound(long burst, long limit, long period) {
  /** The larger of both bursts with the larger of both rates. */
  BucketBound or(BucketBound other) {
    boolean faster =
        Math.multiplyExact(limit, other.period) >= Math.multiplyExact(other.limit, period);
    BucketBound fast = faster ? this : other;
    return new BucketBound(Math.max(burst, other.burst), fast.limit, fast.period);
  }

  /**
   * The first use, of these versions, that was too much; all intervals that end with it at once.
   */
  @Nullable Use exceededBy(List<Use> uses, Set<Policy> versions, Allowance allowance) {
    List<Use> refunds = uses.stream().filter(use -> use.permits() < 0).toList();
    long used = 0;
    long least = Long.MAX_VALUE;
    for (Use use : uses) {
      long at = use.at();
      if (use.permits() > 0 && versions.contains(use.policy())) {
        long refilled = Math.multiplyExact(limit, at - Scheduler.START);
        long before = used - allowance.before(at) - endedBefore(refunds, at);
        least = Math.min(least, Math.multiplyExact(before, period) - refilled);
        used += use.permits();
        long until = used - allowance.until(at) - begunUntil(refunds, at);
        long most = Math.multiplyExact(until, period) - refilled;
        if (most - least > Math.multiplyExact(burst, period)) {
          return use;
        }
      }
    }
    return null;
  }

  /** What was given back before an interval, and had by others before it. */
  private static long endedBefore(List<Use> refunds, long at) {
    long sum = 0;
    for (Use refund : refunds) {
      sum -= refund.until() < at ? refund.permits() : 0;
    }
    return sum;
  }

  private static long begunUntil(List<Use> refunds, long at) {
    long sum = 0;
    for (Use refund : refunds) {
      sum -= refund.at() <= at ? refund.permits() : 0;
    }
    return sum;
  }

  @Override
  public String toString() {
    return burst + " and " + limit + " in " + period + " us";
  }
}
