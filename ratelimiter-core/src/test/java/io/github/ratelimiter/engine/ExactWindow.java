package io.github.ratelimiter.engine;

/** A fixed window: a start and a count. The start never moves back. */
final class ExactWindow extends ExactLimit {
  private final long limit;
  private final long period;
  private final boolean fromFirstUse;

  private long start;
  private long used;

  ExactWindow(long limit, long period, boolean fromFirstUse) {
    this.limit = limit;
    this.period = period;
    this.fromFirstUse = fromFirstUse;
  }

  @Override
  long capacity() {
    return limit;
  }

  @Override
  boolean fresh(long now) {
    return used == 0 || now >= Math.addExact(start, period);
  }

  private long startAt(long now) {
    return fresh(now) ? Math.max(start, fromFirstUse ? now : now / period * period) : start;
  }

  @Override
  long available(long now, long usedAt) {
    return fresh(now) ? limit : limit - used;
  }

  @Override
  void take(long now, long permits, long usedAt) {
    long before = fresh(now) ? 0 : used;
    start = startAt(now);
    used = Math.addExact(before, permits);
  }

  @Override
  void giveBack(long now, long permits) {
    if (!fresh(now)) {
      used -= Math.min(used, permits);
    }
  }

  @Override
  long leaseEnd(long now, long end) {
    return Math.min(end, startAt(now) + period);
  }
}
