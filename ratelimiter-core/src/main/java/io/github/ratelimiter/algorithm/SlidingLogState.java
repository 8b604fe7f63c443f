package io.github.ratelimiter.algorithm;

import java.util.Arrays;

/**
 * The state of a {@link SlidingLogAlgorithm}: {@code base} and the records, each an instant and a
 * total.
 */
final class SlidingLogState extends LimitState {
  private static final int FIRST_RECORDS = 4;
  private static final long[] NONE = {};

  private final SlidingLogAlgorithm log;
  private long base;

  // A ring of records of two words each: instant, total.
  private long[] ring = NONE;
  private int head;
  private int size;

  SlidingLogState(SlidingLogAlgorithm log) {
    this.log = log;
  }

  /** Creates a log with the records of another log that count. */
  SlidingLogState(SlidingLogAlgorithm log, SlidingLogState other, long now) {
    this.log = log;
    this.base = other.base;
    this.ring = other.ring.clone();
    this.head = other.head;
    this.size = other.size;
    forget(live(now));
    keepNewest(log.capacity());
  }

  SlidingLogState(SlidingLogAlgorithm log, long[] words) {
    this.log = log;
    this.base = words[0];
    this.size = words.length / 2;
    this.ring = Arrays.copyOfRange(words, 1, words.length);
  }

  @Override
  public SlidingLogAlgorithm algorithm() {
    return log;
  }

  private int slot(int record) {
    int slot = head + record;
    int records = ring.length / 2;
    return 2 * (slot >= records ? slot - records : slot);
  }

  private long instant(int record) {
    return ring[slot(record)];
  }

  private long total(int record) {
    return ring[slot(record) + 1];
  }

  private void set(int record, long instant, long total) {
    ring[slot(record)] = instant;
    ring[slot(record) + 1] = total;
  }

  private static long distance(long from, long to) {
    return (to - from) & (SlidingLogAlgorithm.CIRCLE - 1);
  }

  /** Returns the first record that still counts, or {@code size}. */
  private int live(long now) {
    return firstAt(now - log.period() + 1);
  }

  /** Returns the first record of this instant or a later one, or {@code size}. */
  private int firstAt(long instant) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (instant(middle) >= instant) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /**
   * Returns the total up to which nothing counts any more if this record is the first that counts.
   */
  private long baseBefore(int live) {
    return live == 0 ? base : total(live - 1);
  }

  @Override
  public long used(long now) {
    return size == 0 ? 0 : distance(baseBefore(live(now)), total(size - 1));
  }

  @Override
  public long available(long now) {
    return Math.max(log.capacity() - used(now), 0);
  }

  @Override
  public long retryAfter(long now, long permits) {
    long excess = used(now) - (log.capacity() - permits);
    if (excess <= 0) {
      return 0;
    }
    int live = live(now);
    return instant(firstBeyond(live, baseBefore(live), excess - 1)) + log.period() - now;
  }

  /**
   * Returns the first record, from {@code low} on, with a total that is more than {@code permits}
   * past this one.
   */
  private int firstBeyond(int low, long from, long permits) {
    int high = size - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (distance(from, total(middle)) > permits) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  @Override
  public long resetAfter(long now) {
    return size == 0 ? 0 : Math.max(instant(size - 1) + log.period() - now, 0);
  }

  @Override
  public void take(long now, long permits, long usedAt) {
    append(now, usedAt, permits);
  }

  @Override
  public void giveBack(long now, long permits) {
    forget(live(now));
    if (permits >= used(now)) {
      forget(size);
    } else {
      long from = base;
      base = (base + permits) & (SlidingLogAlgorithm.CIRCLE - 1);
      drop(firstBeyond(0, from, permits));
    }
  }

  /**
   * A grant is found by its date: its permits are in the record of the instant at which they count
   * as used, or in a later one if that was the last record when they were granted. The earliest
   * permits are taken back. So no permit gets a date that is earlier than its own.
   */
  @Override
  public void release(long now, long permits, Span span, boolean last) {
    if (span.usedAt() <= now - log.period()) {
      return; // The log contains nothing of this grant any more.
    }
    forget(live(now));
    int first = firstAt(span.usedAt());
    long before = baseBefore(first);
    int kept = first;
    for (int record = first; record < size; record++) {
      long counted = distance(before, total(record)) - permits;
      if (counted > 0) {
        set(kept, instant(record), (before + counted) & (SlidingLogAlgorithm.CIRCLE - 1));
        kept++;
      }
    }
    size = kept;
    if (size == 0) {
      drop(0);
    }
  }

  /** {@inheritDoc} */
  @Override
  public long charge(long now, long permits, long usedAt, long lastUse, long later, long debt) {
    if (log.capacity() == 0) {
      return permits;
    }
    long most = Math.max(log.capacity() + debt, used(now));
    long appended = Math.min(permits, most);
    append(now, usedAt, appended);
    return permits - appended + keepNewest(most);
  }

  /** Drops the oldest permits in excess of a number, and returns how many it dropped. */
  private long keepNewest(long most) {
    long excess = size == 0 ? 0 : distance(base, total(size - 1)) - most;
    if (excess <= 0) {
      return 0;
    }
    if (most == 0) {
      drop(size);
      return excess;
    }
    int kept = firstBeyond(0, base, excess);
    base = (base + excess) & (SlidingLogAlgorithm.CIRCLE - 1);
    drop(kept);
    return excess;
  }

  private void append(long now, long instant, long permits) {
    forget(live(now));
    long total =
        ((size == 0 ? base : total(size - 1)) + permits) & (SlidingLogAlgorithm.CIRCLE - 1);
    if (size > 0 && instant <= instant(size - 1)) {
      set(size - 1, instant(size - 1), total);
      return;
    }
    if (2 * size == ring.length) {
      grow();
    }
    size++;
    set(size - 1, instant, total);
  }

  /** Drops the records before this one and their permits. */
  private void forget(int live) {
    base = baseBefore(live);
    drop(live);
  }

  private void drop(int records) {
    head = ring.length == 0 ? 0 : slot(records) / 2;
    size -= records;
    if (size == 0) {
      base = 0;
      head = 0;
      ring = NONE;
    }
  }

  private void grow() {
    long[] larger = new long[Math.max(2 * FIRST_RECORDS, 2 * ring.length)];
    System.arraycopy(ring, 2 * head, larger, 0, ring.length - 2 * head);
    System.arraycopy(ring, 0, larger, ring.length - 2 * head, 2 * head);
    ring = larger;
    head = 0;
  }

  /**
   * {@inheritDoc}
   *
   * @return {@code base}, then an instant and a total for each record, oldest first
   */
  @Override
  public long[] words() {
    long[] words = new long[1 + 2 * size];
    words[0] = base;
    for (int i = 0; i < size; i++) {
      words[1 + 2 * i] = instant(i);
      words[2 + 2 * i] = total(i);
    }
    return words;
  }
}
