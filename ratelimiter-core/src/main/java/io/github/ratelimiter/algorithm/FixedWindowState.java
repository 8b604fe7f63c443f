package io.github.ratelimiter.algorithm;

/** The state of a {@link FixedWindowAlgorithm}: {@code start} and {@code used}. */
final class FixedWindowState extends LimitState {
  private final FixedWindowAlgorithm window;
  private long start;
  private long used;

  FixedWindowState(FixedWindowAlgorithm window, long start, long used) {
    this.window = window;
    this.start = start;
    this.used = used;
  }

  @Override
  public FixedWindowAlgorithm algorithm() {
    return window;
  }

  private boolean over(long now) {
    return used == 0 || now >= start + window.period();
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
    return Math.min(end, startAt(now) + window.period());
  }

  @Override
  public long retryAfter(long now, long permits) {
    return available(now) >= permits ? 0 : resetAfter(now);
  }

  @Override
  public long resetAfter(long now) {
    return over(now) ? 0 : start + window.period() - now;
  }

  @Override
  public long used(long now) {
    return over(now) ? 0 : used;
  }

  @Override
  public void take(long now, long permits, long usedAt) {
    if (over(now)) {
      start = startAt(now);
      used = 0;
    }
    used = Math.min(used + permits, Domain.MAX);
  }

  @Override
  public void giveBack(long now, long permits) {
    if (!over(now)) {
      used = Math.max(used - permits, 0);
    }
  }

  @Override
  public void release(long now, long permits, Span span, boolean last) {
    if (span.usedAt() >= start) {
      giveBack(now, permits);
    }
  }

  @Override
  public long charge(long now, long permits, long usedAt, long lastUse, long later, long debt) {
    if (over(now)) {
      start = Math.max(start, window.windowAt(lastUse));
      used = 0;
    } else if (lastUse >= start + window.period()) {
      start = window.windowAt(lastUse);
    }
    long counted = Math.min(permits, Math.max(window.capacity() + debt - used, 0));
    used += counted;
    return permits - counted;
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
