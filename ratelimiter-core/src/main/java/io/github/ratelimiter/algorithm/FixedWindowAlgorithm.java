package io.github.ratelimiter.algorithm;

/*
 * Fixed window.
 *
 * State     start, the instant at which the window began, and the permits used in it.
 * Decision  n permits fit when used + n <= limit. The window is [start, start + period); the next
 *           begins at a multiple of the period since the epoch, or with the next permit granted.
 * Versions  what another version of the policy grants for a later window moves this one there with
 *           its count: both the permits of now and those of then stay counted.
 * Clock     an instant before the window counts in the window: its start never moves backwards.
 */
/** A fixed window, compiled. */
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

  @Override
  boolean sameKind(Algorithm other) {
    return other instanceof FixedWindowAlgorithm window
        && period() == window.period()
        && fromFirstUse == window.fromFirstUse;
  }

  /** The window itself. */
  @Override
  LimitState copyOf(LimitState other, long now, long later) {
    long[] words = other.words();
    return new FixedWindowState(this, words[0], Math.min(words[1], capacity()));
  }

  /** The window that contains the last permit granted ahead: nobody finds an empty one. */
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
