package io.github.ratelimiter.simulation;

import io.github.ratelimiter.Policy;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * In any interval of length t at most {@code burst + t * limit / period}, more by what is allowed
 * for counters that were created in it, and by what was given back.
 *
 * @param burst the most at once
 * @param limit so many permits
 * @param period in so many microseconds
 */
record BucketBound(long burst, long limit, long period) {
  /** The larger of both bursts with the larger of both rates. */
  BucketBound or(BucketBound other) {
    return new BucketBound(Math.max(burst, other.burst), limit, period).withRateOf(other);
  }

  /** The same burst, with the larger of both rates. */
  BucketBound withRateOf(BucketBound other) {
    boolean slower =
        Math.multiplyExact(limit, other.period) < Math.multiplyExact(other.limit, period);
    return slower ? new BucketBound(burst, other.limit, other.period) : this;
  }

  /** The first use, of these versions, that was too much, if no counter was created. */
  @Nullable Use exceededBy(List<Use> uses, Set<Policy> versions) {
    return exceededBy(uses, versions, Sums.NONE, Sums.NONE);
  }

  /**
   * The first use, of these versions, that was too much; all intervals that end with it at once.
   *
   * @param createdByOrder what is allowed for counters, by the order in which they were created
   * @param createdByInstant the same, by their instants
   */
  @Nullable Use exceededBy(
      List<Use> uses, Set<Policy> versions, Sums createdByOrder, Sums createdByInstant) {
    List<Use> refunds = uses.stream().filter(use -> use.permits() < 0).toList();
    Sums begun = Sums.of(refunds, Use::at, use -> -use.permits());
    Sums ended = Sums.of(refunds, Use::until, use -> -use.permits());
    List<Use> counted =
        uses.stream().filter(u -> u.permits() > 0 && versions.contains(u.policy())).toList();
    long[] since = firstGrants(counted);
    long used = 0;
    long least = Long.MAX_VALUE;
    for (int i = 0; i < since.length; i++) {
      Use use = counted.get(i);
      long at = use.at();
      long refilled = Math.multiplyExact(limit, at - Scheduler.START);
      long before = used - createdByOrder.until(since[i]) - ended.until(at - 1);
      least = Math.min(least, Math.multiplyExact(before, period) - refilled);
      used += use.permits();
      long until = used - createdByInstant.until(at) - begun.until(at);
      long most = Math.multiplyExact(until, period) - refilled;
      if (most - least > Math.multiplyExact(burst, period)) {
        return use;
      }
    }
    return null;
  }

  /** For each use the order of the first grant of all that is used from then on. */
  private static long[] firstGrants(List<Use> uses) {
    long[] since = new long[uses.size()];
    long first = Long.MAX_VALUE;
    for (int i = since.length - 1; i >= 0; i--) {
      first = Math.min(first, uses.get(i).since());
      since[i] = first;
    }
    return since;
  }

  @Override
  public String toString() {
    return burst + " and " + limit + " in " + period + " us";
  }
}
