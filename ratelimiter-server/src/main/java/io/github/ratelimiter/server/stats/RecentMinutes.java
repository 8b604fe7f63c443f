package io.github.ratelimiter.server.stats;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/*
 * The minutes of the last hours: a ring with counts for each of them.
 *
 * Clock     only the last minute grows. A check of an earlier one, because the clock went back or the
 *           check was late, counts in the last minute. After a step back of more than the ring the
 *           minutes start over.
 * Storing   a minute that is over is stored once. A check that is late for it counts in the next one:
 *           from the moment at which it is read to be stored, not only when it has been stored.
 *           A minute that leaves the ring before it is stored is lost, and its checks are counted as
 *           dropped.
 */
/** Counts checks by minute. Not thread-safe. */
final class RecentMinutes {
  static final int MINUTES = 180;
  private static final long MICROS = 60_000_000;

  private static final class Slot {
    private final MinuteCounts counts;
    private boolean closed;
    private boolean stored;

    private Slot(long minute) {
      counts = new MinuteCounts(minute);
    }
  }

  private final List<Slot> slots = new ArrayList<>();
  private final boolean stores;
  private final Consumer<Long> lost;

  /**
   * Creates a ring without minutes.
   *
   * @param stores whether minutes are stored elsewhere, so that one that is not stored is lost
   * @param lost gets the number of checks of a minute that is lost
   */
  RecentMinutes(boolean stores, Consumer<Long> lost) {
    this.stores = stores;
    this.lost = lost;
  }

  static long minuteOf(long micros) {
    return Math.floorDiv(micros, MICROS);
  }

  /** Returns the minute that counts a check of a time. */
  MinuteCounts at(long micros) {
    long minute = minuteOf(micros);
    if (!slots.isEmpty() && minute <= last() - MINUTES) {
      slots.forEach(this::leave);
      slots.clear();
    }
    if (slots.isEmpty() || minute > last()) {
      add(minute);
    } else if (slots.get(slots.size() - 1).closed) {
      add(last() + 1);
    }
    return slots.get(slots.size() - 1).counts;
  }

  private void add(long minute) {
    slots.add(new Slot(minute));
    while (slots.get(0).counts.minute() <= minute - MINUTES) {
      leave(slots.remove(0));
    }
  }

  private long last() {
    return slots.get(slots.size() - 1).counts.minute();
  }

  private void leave(Slot slot) {
    if (stores && !slot.stored) {
      MinuteCounts counts = slot.counts;
      lost.accept(counts.all().allowed() + counts.all().rejected() + counts.errors());
    }
  }

  /** Returns the minutes of a range. */
  List<MinuteCounts> between(MinuteRange range) {
    return slots.stream()
        .map(slot -> slot.counts)
        .filter(counts -> range.contains(counts.minute()))
        .toList();
  }

  /** Returns the minutes before another one that are not stored, and closes them. */
  List<MinuteCounts> close(long before) {
    for (Slot slot : slots) {
      slot.closed |= slot.counts.minute() < before;
    }
    return slots.stream()
        .filter(slot -> slot.closed && !slot.stored)
        .map(slot -> slot.counts)
        .toList();
  }

  /** Returns the minutes that are not stored. */
  List<MinuteCounts> notStored() {
    return slots.stream().filter(slot -> !slot.stored).map(slot -> slot.counts).toList();
  }

  void stored(long minute) {
    for (Slot slot : slots) {
      slot.stored |= slot.counts.minute() == minute;
    }
  }

  void forget(String user, String pseudonym) {
    slots.forEach(slot -> slot.counts.forget(user, pseudonym));
  }
}
