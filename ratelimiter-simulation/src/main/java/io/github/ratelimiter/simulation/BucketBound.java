package io.github.ratelimiter.simulation;

import io.github.ratelimiter.Policy;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * At most {@code burst + t * limit / period} in any interval of length t. Added to it are what is
 * allowed for counters that were created in the interval, and what was returned.
 *
 * @param burst the most at once
 * @param limit the permits of one period
 * @param period the period, in microseconds
 */
record BucketBound(long burst, long limit, long period) {
  /** Returns the larger burst with the larger rate. */
  BucketBound or(BucketBound other) {
    return new BucketBound(Math.max(burst, other.burst), limit, period).withRateOf(other);
  }

  /** Returns the same burst with the larger rate. */
  BucketBound withRateOf(BucketBound other) {
    boolean slower =
        Math.multiplyExact(limit, other.period) < Math.multiplyExact(other.limit, period);
    return slower ? new BucketBound(burst, other.limit, other.period) : this;
  }

  /** Returns the first use of these versions that exceeded the bound if no counter was created. */
  @Nullable Use exceededBy(List<Use> uses, Set<Policy> versions) {
    return exceededBy(uses, versions, Sums.NONE, Sums.NONE);
  }

  /**
   * Returns the first use of these versions that exceeded the bound. Checks all intervals that end
   * with a use at once.
   *
   * @param createdByOrder what is allowed for created counters, by the order of their creation
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

  /** Returns, for each use, the order of the first grant of all permits used from then on. */
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
