package io.github.ratelimiter.algorithm;

/**
 * The rate of a bucket: {@code l} permits per {@code p} units, reduced by their gcd.
 *
 * @param l permits refilled in {@code p} units, at least 1
 * @param p units, at least 1
 * @param unit 1, 1,000 or 1,000,000 microseconds
 */
record BucketRate(long l, long p, long unit) {
  /** Returns the rate in the finest unit in which the burst fits the domain. */
  static BucketRate of(long limit, long period, long burst) {
    if (limit == 0) {
      if (burst != 0) {
        throw new IllegalArgumentException(
            "burst is " + burst + "; a limit of 0 refuses everything and takes no burst");
      }
      // Usage of an earlier version decays by one permit per period, not at once.
      return new BucketRate(1, period, 1);
    }
    if (burst < 1 || burst > Domain.MAX_PERMITS) {
      throw new IllegalArgumentException(
          "burst is " + burst + "; it must be from 1 to " + Domain.MAX_PERMITS);
    }
    long largest = 0;
    for (long unit : Domain.UNITS) {
      if (period % unit == 0) {
        BucketRate rate = reduced(limit, period / unit, unit);
        long fits = rate.largestBurst();
        if (burst <= fits) {
          return rate;
        }
        largest = Math.max(largest, fits);
      }
    }
    throw new IllegalArgumentException(
        "burst is " + burst + "; at this rate it must be at most " + largest);
  }

  private static BucketRate reduced(long permits, long units, long unit) {
    long gcd = Domain.gcd(permits, units);
    return new BucketRate(permits / gcd, units / gcd, unit);
  }

  /**
   * Returns the largest burst with a debt, in this unit, that stays in the domain; 0 if the rate
   * itself leaves it.
   */
  long largestBurst() {
    if (l > Domain.MAX / 4 / unit) {
      return 0;
    }
    long byDebt = (Domain.MAX - 2 * l) / p;
    // Time to drain: burst * p / l units, at most LONGEST_MEMORY; l * LONGEST_MEMORY may overflow.
    long units = Domain.LONGEST_MEMORY / unit;
    long byTime = l > Domain.MAX / units ? Long.MAX_VALUE : units * l / p;
    return Math.min(byDebt, byTime);
  }
}
