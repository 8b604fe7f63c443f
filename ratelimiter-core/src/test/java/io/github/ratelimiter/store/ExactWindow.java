package io.github.ratelimiter.store;

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
    return fresh(now) ? limit : Math.max(limit - used, 0);
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
  void release(long now, long permits, Span span, boolean last) {
    if (span.usedAt() >= start) {
      giveBack(now, permits);
    }
  }

  /**
   * Moves to the window of the last use, with the count of the window before if that still runs.
   */
  @Override
  long charge(long now, long permits, long usedAt, long lastUse, long later, long mayOwe) {
    long window = fromFirstUse ? lastUse : lastUse / period * period;
    long before = used(now);
    if (fresh(now) || lastUse - start >= period) {
      start = Math.max(start, window);
    }
    long counted = Math.min(permits, Math.max(limit + mayOwe - before, 0));
    used = before + counted;
    return permits - counted;
  }

  @Override
  long used(long now) {
    return fresh(now) ? 0 : used;
  }

  @Override
  long period() {
    return period;
  }

  @Override
  boolean same(ExactLimit other) {
    return sameKind(other) && ((ExactWindow) other).limit == limit;
  }

  @Override
  boolean sameKind(ExactLimit other) {
    return other instanceof ExactWindow window
        && window.period == period
        && window.fromFirstUse == fromFirstUse;
  }

  @Override
  void startFrom(ExactLimit other, long now, long later) {
    become(other);
    used = Math.min(used, limit);
  }

  @Override
  void startWith(long permits, long permitsLater, long now, long later) {
    start = fromFirstUse ? later : later / period * period;
    used = Math.min(permits, limit);
  }

  @Override
  void become(ExactLimit other) {
    start = ((ExactWindow) other).start;
    used = ((ExactWindow) other).used;
  }

  @Override
  long leaseEnd(long now, long end) {
    return Math.min(end, startAt(now) + period);
  }
}
