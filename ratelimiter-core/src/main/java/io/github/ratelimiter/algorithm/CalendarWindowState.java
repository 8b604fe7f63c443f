package io.github.ratelimiter.algorithm;

/**
 * The state of a {@link CalendarWindowAlgorithm}: {@code start}, {@code end} and {@code used}. A
 * request first moves the counters of its own version to the present window; see {@link #found}.
 */
final class CalendarWindowState extends LimitState {
  private final CalendarWindowAlgorithm window;
  private long start;
  private long end;
  private long used;

  CalendarWindowState(CalendarWindowAlgorithm window, long start, long end, long used) {
    this.window = window;
    this.start = start;
    this.end = end;
    this.used = used;
  }

  @Override
  public CalendarWindowAlgorithm algorithm() {
    return window;
  }

  /** Returns this counter as it is for a request, with the borders of the request's algorithm. */
  LimitState found(CalendarWindowAlgorithm asked, long now) {
    Borders borders = asked.borders(now);
    long longest = window.period();
    long last = borders.endOf(start, end, longest);
    if (now < last) {
      return last == end ? this : moved(start, last, used);
    }
    return moved(Math.max(borders.startAt(now, longest), end), borders.endAt(now, longest), 0);
  }

  private LimitState moved(long newStart, long newEnd, long newUsed) {
    LimitState moved = new CalendarWindowState(window, newStart, newEnd, newUsed);
    moved.cutAt(cutAt());
    return moved;
  }

  private boolean over(long now) {
    return used == 0 || now >= end;
  }

  @Override
  public long available(long now) {
    return Math.max(window.capacity() - used(now), 0);
  }

  @Override
  public long leaseEnd(long now, long latest) {
    return now >= end ? latest : Math.min(latest, end);
  }

  @Override
  public long retryAfter(long now, long permits) {
    return available(now) >= permits ? 0 : resetAfter(now);
  }

  @Override
  public long resetAfter(long now) {
    return over(now) ? 0 : end - now;
  }

  /**
   * {@inheritDoc}
   *
   * <p>For a caller with different time zone data, an instant after the end may belong to this
   * window, until the window has its longest length.
   */
  @Override
  public long keptFor(long now) {
    return used == 0 ? 0 : Math.max(Math.max(end, start + window.period()) - now, 0);
  }

  @Override
  public long used(long now) {
    return over(now) ? 0 : used;
  }

  @Override
  public void take(long now, long permits, long usedAt) {
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
    if (now >= end) {
      // A counter of another version: its next window is not known.
      return permits;
    }
    if (lastUse >= end) {
      start = lastUse;
      end = lastUse + window.period();
    }
    long counted = Math.min(permits, Math.max(window.capacity() + debt - used, 0));
    used += counted;
    return permits - counted;
  }

  /**
   * {@inheritDoc}
   *
   * @return {@code start, end, used}
   */
  @Override
  public long[] words() {
    return new long[] {start, end, used};
  }
}
