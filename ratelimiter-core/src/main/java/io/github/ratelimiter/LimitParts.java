package io.github.ratelimiter;

/** Divides a limit into parts that add up to it. */
final class LimitParts {
  private LimitParts() {}

  /** Returns a part of a limit; see {@link Policy#part}. */
  static Limit part(Limit limit, int part, int count) {
    Limit without = withoutDebt(limit, part, count);
    long debt = partOf(limit.debt(), part, count);
    return debt == 0
        ? without
        : without.withDebt(Math.min(debt, without.algorithm().largestDebt()));
  }

  private static Limit withoutDebt(Limit limit, int part, int count) {
    long permits = partOf(limit.permits(), part, count);
    long capacity = partOf(limit.capacity(), part, count);
    long rate = capacity == 0 ? 0 : permits;
    long burst = permits == 0 ? 0 : capacity;
    if (limit instanceof TokenBucket bucket) {
      return new TokenBucket(rate, bucket.period(), burst);
    } else if (limit instanceof LeakyBucket bucket) {
      return new LeakyBucket(rate, bucket.period(), burst);
    } else if (limit instanceof FixedWindow window) {
      return new FixedWindow(permits, window.period(), window.start());
    } else if (limit instanceof CalendarWindow window) {
      return new CalendarWindow(permits, window.unit(), window.firstDay(), window.zone());
    } else if (limit instanceof SlidingLog log) {
      return new SlidingLog(permits, log.period());
    }
    SlidingWindow counter = (SlidingWindow) limit;
    return new SlidingWindow(permits, counter.period(), counter.start());
  }

  private static long partOf(long whole, int part, int count) {
    return whole / count + (part < whole % count ? 1 : 0);
  }
}
