package io.github.ratelimiter.algorithm;

/**
 * The state of a {@link SlidingWindowAlgorithm}: {@code start}, {@code previous} and {@code
 * current}.
 */
final class SlidingWindowState extends LimitState {
  private final SlidingWindowAlgorithm counter;
  private long start;
  private long previous;
  private long current;

  SlidingWindowState(SlidingWindowAlgorithm counter, long start, long previous, long current) {
    this.counter = counter;
    this.start = start;
    this.previous = previous;
    this.current = current;
  }

  @Override
  public SlidingWindowAlgorithm algorithm() {
    return counter;
  }

  /** Returns the windows that have begun since the stored one, 0 to 2. At 2 the state is empty. */
  private long windowsSince(long now) {
    long since = now < start ? 0 : Math.min((now - start) / counter.period(), 2);
    boolean empty = current == 0 && (since == 1 || previous == 0);
    return empty ? 2 : since;
  }

  private long startAt(long now) {
    long since = windowsSince(now);
    return since == 2 ? Math.max(start, counter.windowAt(now)) : start + since * counter.period();
  }

  private long previousAt(long now) {
    long since = windowsSince(now);
    return since == 0 ? previous : since == 1 ? current : 0;
  }

  private long currentAt(long now) {
    return windowsSince(now) == 0 ? current : 0;
  }

  /** Returns the permits that count as used, times the period. */
  private long weighed(long now) {
    long elapsed = Math.max(now - startAt(now), 0) / counter.unit;
    return previousAt(now) * (counter.units - elapsed) + currentAt(now) * counter.units;
  }

  @Override
  public long available(long now) {
    long free = counter.capacity() * counter.units - weighed(now);
    return free <= 0 ? 0 : free / counter.units;
  }

  @Override
  public long leaseEnd(long now, long end) {
    return Math.min(end, startAt(now) + counter.period());
  }

  @Override
  public long retryAfter(long now, long permits) {
    if (available(now) >= permits) {
      return 0;
    }
    // The largest weight that leaves room for the permits, and when the previous window has
    // decayed to it.
    long current = currentAt(now);
    long room = counter.capacity() - permits;
    long faded =
        current <= room
            ? startAt(now) + elapsedUntil(previousAt(now), room - current)
            : startAt(now) + counter.period() + elapsedUntil(current, room);
    return faded - now;
  }

  /**
   * Returns the time into a window after which the previous one, with {@code used} permits, has at
   * most this weight.
   */
  private long elapsedUntil(long used, long weight) {
    return (counter.units - Math.min(weight * counter.units / used, counter.units)) * counter.unit;
  }

  @Override
  public long resetAfter(long now) {
    if (currentAt(now) > 0) {
      return startAt(now) + 2 * counter.period() - now;
    }
    return previousAt(now) > 0 ? startAt(now) + counter.period() - now : 0;
  }

  @Override
  public long used(long now) {
    return Domain.ceilDiv(weighed(now), counter.units);
  }

  @Override
  public void take(long now, long permits, long usedAt) {
    roll(now);
    current = Math.min(current + permits, counter.mostUsed());
  }

  /**
   * Takes permits from the current window first: returned permits were mostly granted a moment ago.
   */
  @Override
  public void giveBack(long now, long permits) {
    roll(now);
    long fromCurrent = Math.min(permits, current);
    current -= fromCurrent;
    previous = Math.max(previous - (permits - fromCurrent), 0);
  }

  /** Takes permits back from the window in which they were granted. */
  @Override
  public void release(long now, long permits, Span span, boolean last) {
    roll(now);
    if (span.usedAt() >= start) {
      current = Math.max(current - permits, 0);
    } else if (span.usedAt() >= start - counter.period()) {
      previous = Math.max(previous - permits, 0);
    }
  }

  @Override
  public long charge(long now, long permits, long usedAt, long lastUse, long later, long debt) {
    long used = used(now);
    roll(now);
    if (lastUse >= start + counter.period() || used == 0) {
      current = Math.min(used, counter.mostUsed());
      previous = 0;
      start = Math.max(start, counter.windowAt(lastUse));
    }
    // The previous window still decays. A charge that is cut now would be missing then.
    long counted = Math.min(permits, Math.max(counter.capacity() + debt - current, 0));
    current += counted;
    return permits - counted;
  }

  /** Returns a counter of another limit with the same windows, at most its capacity. */
  SlidingWindowState copyUnder(SlidingWindowAlgorithm other, long now) {
    long start = startAt(now);
    long elapsed = Math.max(now - start, 0) / other.unit;
    long current = Math.min(currentAt(now), other.capacity());
    long room = (other.capacity() - current) * other.units / (other.units - elapsed);
    return new SlidingWindowState(other, start, Math.min(previousAt(now), room), current);
  }

  private void roll(long now) {
    long start = startAt(now);
    long previous = previousAt(now);
    this.current = currentAt(now);
    this.previous = previous;
    this.start = start;
  }

  /**
   * {@inheritDoc}
   *
   * @return {@code start, previous, current}
   */
  @Override
  public long[] words() {
    return new long[] {start, previous, current};
  }
}
