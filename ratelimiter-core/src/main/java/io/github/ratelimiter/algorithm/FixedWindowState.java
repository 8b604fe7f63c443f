package io.github.ratelimiter.algorithm;

/** The state of a {@link FixedWindow}: {@code start} and {@code used}. */
final class FixedWindowState extends LimitState {
  private final FixedWindow window;
  private long start;
  private long used;

  FixedWindowState(FixedWindow window, long start, long used) {
    this.window = window;
    this.start = start;
    this.used = used;
  }

  @Override
  public FixedWindow algorithm() {
    return window;
  }

  private boolean over(long now) {
    return used == 0 || now >= start + window.period;
  }

  private long startAt(long now) {
    return over(now) ? Math.max(start, window.windowAt(now)) : start;
  }

  @Override
  public long available(long now) {
    return Math.max(window.capacity() - used(now), 0);
  }

  @Override
  public long leaseEnd(long now, long end) {
    return Math.min(end, startAt(now) + window.period);
  }

  @Override
  public long retryAfter(long now, long permits) {
    return available(now) >= permits ? 0 : resetAfter(now);
  }

  @Override
  public long resetAfter(long now) {
    return over(now) ? 0 : start + window.period - now;
  }

  @Override
  public long used(long now) {
    return over(now) ? 0 : used;
  }

  @Override
  public void take(long now, long permits, long usedAt) {
    charge(now, permits);
  }

  @Override
  public void giveBack(long now, long permits) {
    if (!over(now)) {
      used = Math.max(used - permits, 0);
    }
  }

  @Override
  public void carryOver(long now, LimitState before) {
    if (before instanceof FixedWindowState old && window.sameWindows(old.window)) {
      start = old.start;
      used = old.used;
    } else {
      super.carryOver(now, before);
    }
  }

  @Override
  public void charge(long now, long permits) {
    if (over(now)) {
      start = startAt(now);
      used = 0;
    }
    used = Math.min(used + permits, Domain.MAX);
  }

  /**
   * {@inheritDoc}
   *
   * @return {@code start, used}
   */
  @Override
  public long[] words() {
    return new long[] {start, used};
  }
}
