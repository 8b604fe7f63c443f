package io.github.ratelimiter.store;

import java.util.ArrayList;
import java.util.List;
import java.util.ListIterator;

/** A sliding log as a plain list of grants, oldest first. */
final class ExactLog extends ExactLimit {
  private record Entry(long at, long permits) {}

  private final long limit;
  private final long period;
  private final List<Entry> entries = new ArrayList<>();

  ExactLog(long limit, long period) {
    this.limit = limit;
    this.period = period;
  }

  @Override
  long capacity() {
    return limit;
  }

  private boolean counts(Entry entry, long now) {
    return now < Math.addExact(entry.at, period);
  }

  @Override
  boolean fresh(long now) {
    return entries.stream().noneMatch(entry -> counts(entry, now));
  }

  @Override
  long available(long now, long usedAt) {
    return Math.max(limit - used(now), 0);
  }

  @Override
  void take(long now, long permits, long usedAt) {
    entries.removeIf(entry -> !counts(entry, now));
    long latest = entries.isEmpty() ? 0 : entries.get(entries.size() - 1).at;
    entries.add(new Entry(Math.max(usedAt, latest), permits));
  }

  @Override
  void giveBack(long now, long permits) {
    takeBack(now, permits, 0);
  }

  /** A lease's permits stand at its end, or later: the first from there on are taken back. */
  @Override
  void release(long now, long permits, Span span, boolean last) {
    if (span.usedAt() > now - period) {
      takeBack(now, permits, span.usedAt());
    }
  }

  @Override
  long charge(long now, long permits, long usedAt, long lastUse, long later, long mayOwe) {
    if (limit == 0) {
      return permits;
    }
    long before = used(now);
    long most = Math.max(limit + mayOwe, before);
    take(now, Math.min(permits, most), usedAt);
    trim(now, most);
    return before + permits - used(now);
  }

  /** Takes the oldest back that are too many. */
  private void trim(long now, long most) {
    long excess = used(now) - most;
    if (excess > 0) {
      takeBack(now, excess, 0);
    }
  }

  @Override
  long used(long now) {
    return entries.stream().filter(entry -> counts(entry, now)).mapToLong(Entry::permits).sum();
  }

  @Override
  long period() {
    return period;
  }

  @Override
  boolean same(ExactLimit other) {
    return sameKind(other) && ((ExactLog) other).limit == limit;
  }

  @Override
  boolean sameKind(ExactLimit other) {
    return other instanceof ExactLog log && log.period == period;
  }

  @Override
  void startFrom(ExactLimit other, long now, long later) {
    become(other);
    trim(now, limit);
    // Before the clock steps back.
    entries.removeIf(entry -> !counts(entry, now));
  }

  @Override
  void startWith(long used, long usedLater, long now, long later) {
    if (used > 0 && limit > 0) {
      entries.add(new Entry(later, Math.min(used, limit)));
    }
  }

  @Override
  void become(ExactLimit other) {
    entries.clear();
    entries.addAll(((ExactLog) other).entries);
  }

  private void takeBack(long now, long permits, long from) {
    entries.removeIf(entry -> !counts(entry, now));
    long left = permits;
    for (ListIterator<Entry> each = entries.listIterator(); each.hasNext() && left > 0; ) {
      Entry entry = each.next();
      if (entry.at >= from) {
        long taken = Math.min(left, entry.permits);
        each.set(new Entry(entry.at, entry.permits - taken));
        left -= taken;
      }
    }
    entries.removeIf(entry -> entry.permits == 0);
  }
}
