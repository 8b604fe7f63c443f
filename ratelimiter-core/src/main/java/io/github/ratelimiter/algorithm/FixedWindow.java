package io.github.ratelimiter.algorithm;

/*
 * Fixed window.
 *
 * State     start, the instant at which the window began, and the permits used in it.
 * Decision  n permits fit when used + n <= limit. The window is [start, start + period); the next
 *           begins at a multiple of the period since the epoch, or with the next permit granted.
 * Clock     an instant before the window counts in the window: its start never moves backwards.
 */
/** A fixed window, compiled. */
public final class FixedWindow extends Algorithm {
  final long period;
  private final boolean fromFirstUse;

  FixedWindow(long limit, long period, boolean fromFirstUse) {
    super(limit);
    this.period = period;
    this.fromFirstUse = fromFirstUse;
  }

  long windowAt(long now) {
    return fromFirstUse ? now : now - now % period;
  }

  /**
   * The period.
   *
   * @return microseconds
   */
  public long period() {
    return period;
  }

  /**
   * Where windows begin.
   *
   * @return true with the first permit granted, false at multiples of the period since the epoch
   */
  public boolean fromFirstUse() {
    return fromFirstUse;
  }

  /** {@inheritDoc} */
  @Override
  public LimitState newState() {
    return new FixedWindowState(this, 0, 0);
  }

  /** {@inheritDoc} */
  @Override
  public LimitState newState(long[] words) {
    return new FixedWindowState(this, words[0], words[1]);
  }

  /** Whether two fixed windows begin and end together, whatever their limits. */
  boolean sameWindows(FixedWindow other) {
    return period == other.period && fromFirstUse == other.fromFirstUse;
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof FixedWindow other && capacity() == other.capacity() && sameWindows(other);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(capacity() * 31 + period) * 2 + (fromFirstUse ? 1 : 0);
  }
}
