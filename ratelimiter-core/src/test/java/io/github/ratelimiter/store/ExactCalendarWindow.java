package io.github.ratelimiter.store;

import io.github.ratelimiter.CalendarWindow;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;

/**
 * A calendar window, where all callers have the same calendar: a start, an end and a count. Its
 * borders are the first instants of local dates, found date by date.
 */
final class ExactCalendarWindow extends ExactLimit {
  private static final long HOUR = 3_600_000_000L;

  private final CalendarWindow window;

  private long start;
  private long end;
  private long used;

  ExactCalendarWindow(CalendarWindow window) {
    this.window = window;
  }

  @Override
  long capacity() {
    return window.permits();
  }

  /** The beginning of the window so many units after the one with a date. */
  private long border(LocalDate date, int units) {
    LocalDate first =
        switch (window.unit()) {
          case DAY -> date.plusDays(units);
          case WEEK ->
              date.with(TemporalAdjusters.previousOrSame(window.firstDay())).plusWeeks(units);
          case MONTH -> date.withDayOfMonth(1).plusMonths(units);
          case YEAR -> date.withDayOfYear(1).plusYears(units);
        };
    Instant midnight = first.atStartOfDay(window.zone()).toInstant();
    return ChronoUnit.MICROS.between(Instant.EPOCH, midnight);
  }

  /** The last border until an instant, or the first one after it and so on. */
  private long border(long now, int after) {
    LocalDate date = Instant.EPOCH.plus(now, ChronoUnit.MICROS).atZone(window.zone()).toLocalDate();
    long[] borders =
        java.util.stream.IntStream.rangeClosed(-3, 6)
            .mapToLong(units -> border(date, units))
            .distinct()
            .toArray();
    int last = 0;
    while (borders[last + 1] <= now) {
      last++;
    }
    return Math.max(borders[last + after], 0);
  }

  private long longest() {
    int days =
        switch (window.unit()) {
          case DAY -> 1;
          case WEEK -> 7;
          case MONTH -> 31;
          case YEAR -> 366;
        };
    return (24 * days + 8) * HOUR;
  }

  @Override
  boolean fresh(long now) {
    return used == 0 || now >= end;
  }

  @Override
  boolean forgotten(long now) {
    return used == 0 || now >= Math.max(end, start + longest());
  }

  @Override
  void enter(long now) {
    if (now >= end) {
      start = Math.max(border(now, 0), end);
      end = border(now, 1);
      used = 0;
    }
  }

  @Override
  long available(long now, long usedAt) {
    return fresh(now) ? window.permits() : Math.max(window.permits() - used, 0);
  }

  @Override
  void take(long now, long permits, long usedAt) {
    enter(now);
    used = Math.addExact(used, permits);
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

  /** After the window nothing is counted: the counter is removed. */
  @Override
  long charge(long now, long permits, long usedAt, long lastUse, long later, long mayOwe) {
    if (now >= end) {
      return permits;
    }
    if (lastUse >= end) {
      start = lastUse;
      end = lastUse + longest();
    }
    long counted = Math.min(permits, Math.max(window.permits() + mayOwe - used, 0));
    used += counted;
    return permits - counted;
  }

  @Override
  long used(long now) {
    return fresh(now) ? 0 : used;
  }

  @Override
  long period() {
    return longest();
  }

  @Override
  boolean same(ExactLimit other) {
    return sameKind(other) && other.capacity() == capacity();
  }

  @Override
  boolean sameKind(ExactLimit other) {
    return other instanceof ExactCalendarWindow calendar
        && calendar.window.unit() == window.unit()
        && calendar.window.firstDay() == window.firstDay()
        && calendar.window.zone().equals(window.zone());
  }

  @Override
  void startFrom(ExactLimit other, long now, long later) {
    become(other);
    used = Math.min(used, window.permits());
  }

  @Override
  void startWith(long permits, long permitsLater, long now, long later) {
    if (later < border(now, 2)) {
      start = border(later, 0);
      end = border(later, 1);
    } else {
      start = later < border(now, 2) + longest() ? border(now, 2) : later;
      end = start + longest();
    }
    used = Math.min(permits, window.permits());
  }

  @Override
  void become(ExactLimit other) {
    ExactCalendarWindow calendar = (ExactCalendarWindow) other;
    start = calendar.start;
    end = calendar.end;
    used = calendar.used;
  }

  @Override
  long ownLeaseEnd(long now, long latest) {
    return Math.min(latest, now < end ? end : border(now, 1));
  }

  @Override
  long leaseEnd(long now, long latest) {
    return now < end ? Math.min(latest, end) : latest;
  }
}
