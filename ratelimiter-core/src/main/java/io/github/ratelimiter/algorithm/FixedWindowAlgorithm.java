package io.github.ratelimiter.algorithm;

/*
 * Fixed window.
 *
 * State     start, the instant at which the window began, and the permits used in it.
 * Decision  n permits fit if used + n <= limit. The window is [start, start + period). The next one
 *           begins at a multiple of the period since the epoch, or with the next permit granted.
 * Versions  a grant of another version of the policy for a later window moves this window there and
 *           keeps its count, so the permits of both windows stay counted.
 * Clock     an instant before the window counts in the window: its start never moves backwards.
 */
/** The compiled form of a fixed window. */
public final class FixedWindowAlgorithm extends Algorithm {
  private final boolean fromFirstUse;

  FixedWindowAlgorithm(long limit, long period, boolean fromFirstUse) {
    super(limit, period, limit);
    this.fromFirstUse = fromFirstUse;
  }

  long windowAt(long now) {
    return fromFirstUse ? now : now - now % period();
  }

  /**
   * Returns when windows begin.
   *
   * @return true for the first permit granted, false for multiples of the period since the epoch
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

  @Override
  boolean sameKind(Algorithm other) {
    return other instanceof FixedWindowAlgorithm window
        && period() == window.period()
        && fromFirstUse == window.fromFirstUse;
  }

  /** Returns the same window. */
  @Override
  LimitState copyOf(LimitState other, long now, long later) {
    long[] words = other.words();
    return new FixedWindowState(this, words[0], Math.min(words[1], capacity()));
  }

  /**
   * The usage goes to the window that contains the last permit granted before its use, so no caller
   * finds an empty window.
   */
  @Override
  LimitState startedWith(long used, long usedLater, long now, long later) {
    return new FixedWindowState(this, windowAt(later), Math.min(used, capacity()));
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof FixedWindowAlgorithm other
        && capacity() == other.capacity()
        && sameKind(other);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(capacity() * 31 + period()) * 2 + (fromFirstUse ? 1 : 0);
  }
}
