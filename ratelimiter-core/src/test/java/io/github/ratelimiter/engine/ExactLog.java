package io.github.ratelimiter.engine;

import java.util.ArrayList;
import java.util.List;

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
    return limit
        - entries.stream().filter(entry -> counts(entry, now)).mapToLong(Entry::permits).sum();
  }

  @Override
  void take(long now, long permits, long usedAt) {
    entries.removeIf(entry -> !counts(entry, now));
    long latest = entries.isEmpty() ? 0 : entries.get(entries.size() - 1).at;
    entries.add(new Entry(Math.max(usedAt, latest), permits));
  }

  @Override
  void giveBack(long now, long permits) {
    entries.removeIf(entry -> !counts(entry, now));
    long left = permits;
    while (left > 0 && !entries.isEmpty()) {
      Entry oldest = entries.remove(0);
      if (oldest.permits > left) {
        entries.add(0, new Entry(oldest.at, oldest.permits - left));
      }
      left -= Math.min(left, oldest.permits);
    }
  }
}
