package io.github.ratelimiter.algorithm;

/*
 * Calendar window: a fixed window that begins at local midnight.
 *
 * State     start and end of the window, and the permits used in it. The end is stored, because only
 *           the caller has time zone data.
 * Decision  n permits fit if used + n <= limit. The window is [start, end). The next one begins at
 *           the next border of the calendar.
 * Borders   the caller sends three of them, see Borders. Only these and the instant determine the
 *           window. So a server that has no calendar decides the same.
 * Overlap   a window of the caller that overlaps the stored window is the same window if both
 *           together are not longer than the longest of the unit; then the later end counts.
 *           Otherwise it is the next window, which begins at the stored end. So stored windows do not
 *           overlap, and two releases of the time zone data do not admit the limit twice.
 * Versions  the counter of another version than that of the request has no borders. A grant counts in
 *           its window. After its window the counter is removed, and starts again from the usage of
 *           the others. A turn that is reserved after the window moves the window to that turn, with
 *           its count.
 * Clock     an instant before the window counts in the window: its start never moves backwards.
 * Retention a window is kept for the longest length of its unit, because it may end later according
 *           to different time zone data.
 */
/** The compiled form of a calendar window. */
public final class CalendarWindowAlgorithm extends Algorithm {
  /** The maximum length of the ID of a time zone, in characters. */
  public static final int LONGEST_ID = 64;

  private static final long HOUR = 3_600_000_000L;

  /**
   * The hours by which a window can be longer than its days of 24 hours. The longest day since 1970
   * had 31 hours: Vostok, on 31 January 1994.
   */
  private static final int LONGEST_SHIFT = 8;

  private static final int[] LONGEST_DAYS = {1, 7, 31, 366};

  private final Calendar calendar;

  CalendarWindowAlgorithm(long limit, Calendar calendar) {
    super(limit, (24L * LONGEST_DAYS[calendar.unit()] + LONGEST_SHIFT) * HOUR, limit);
    this.calendar = calendar;
  }

  static CalendarWindowAlgorithm compile(long limit, Calendar calendar) {
    Domain.checkPermits(limit);
    if (calendar.zone().length() > LONGEST_ID) {
      throw new IllegalArgumentException(
          "zone is "
              + calendar.zone()
              + "; its ID must have at most "
              + LONGEST_ID
              + " characters");
    }
    return new CalendarWindowAlgorithm(limit, calendar);
  }

  /**
   * Returns the calendar.
   *
   * @return the calendar
   */
  public Calendar calendar() {
    return calendar;
  }

  /**
   * Returns the borders that a caller sends.
   *
   * @param now the instant that the caller's clock shows, in microseconds since the Unix epoch
   * @return the borders of the window that contains the instant, and of the next one
   */
  public Borders borders(long now) {
    return calendar.borders(Domain.instant(now));
  }

  /** The same borders at all instants. */
  private record Given(int unit, int firstDay, String zone, Borders given) implements Calendar {
    @Override
    public Borders borders(long now) {
      return given;
    }
  }

  /** {@inheritDoc} */
  @Override
  public Algorithm forClient(long clientMicros) {
    Borders given = borders(clientMicros);
    return new CalendarWindowAlgorithm(
        limit(), new Given(calendar.unit(), calendar.firstDay(), calendar.zone(), given));
  }

  /** {@inheritDoc} */
  @Override
  public LimitState found(LimitState counter, long now) {
    return ((CalendarWindowState) counter).found(this, now);
  }

  /** {@inheritDoc} */
  @Override
  public LimitState newState() {
    return new CalendarWindowState(this, 0, 0, 0);
  }

  /** {@inheritDoc} */
  @Override
  public LimitState newState(long[] words) {
    return new CalendarWindowState(this, words[0], words[1], words[2]);
  }

  @Override
  boolean sameKind(Algorithm other) {
    return other instanceof CalendarWindowAlgorithm window
        && calendar.unit() == window.calendar.unit()
        && calendar.firstDay() == window.calendar.firstDay()
        && calendar.zone().equals(window.calendar.zone());
  }

  /** Returns the same window. */
  @Override
  LimitState copyOf(LimitState other, long now, long later) {
    long[] words = other.words();
    return new CalendarWindowState(this, words[0], words[1], Math.min(words[2], capacity()));
  }

  /**
   * The usage counts in the window that contains the last permit that was granted before its use.
   * So no caller finds an empty window.
   */
  @Override
  LimitState startedWith(long used, long usedLater, long now, long later) {
    Borders given = borders(now);
    return new CalendarWindowState(
        this,
        given.startAt(later, period()),
        given.endAt(later, period()),
        Math.min(used, capacity()));
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof CalendarWindowAlgorithm other
        && capacity() == other.capacity()
        && sameKind(other);
  }

  @Override
  public int hashCode() {
    return (Long.hashCode(capacity() * 31 + period()) * 31 + calendar.firstDay()) * 31
        + calendar.zone().hashCode();
  }
}
