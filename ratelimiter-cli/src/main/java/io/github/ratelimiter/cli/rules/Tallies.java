package io.github.ratelimiter.cli.rules;

import io.github.ratelimiter.cli.rules.Tally.Count;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Predicate;

/** Counts by name, for a bounded number of names. */
final class Tallies {
  /** The counts of one name. */
  record Row(String name, Tally tally) {
    long get(Count count) {
      return tally.get(count);
    }

    /** Returns the refusals before, also those by another key that this one refuses now. */
    long refusedBefore() {
      return get(Count.REFUSED_BEFORE) + get(Count.OTHER_KEY_BEFORE);
    }

    /** Returns the refusals now, also those by another key that this one refused before. */
    long refused() {
      return get(Count.REFUSED) + get(Count.OTHER_KEY);
    }
  }

  private final int most;
  private final Map<String, Tally> tallies = new LinkedHashMap<>();
  private boolean complete = true;

  Tallies(int most) {
    this.most = most;
  }

  /**
   * Returns the counts of a name. Adds the name if there is room for it; otherwise the counts are
   * not part of this.
   */
  Tally of(String name) {
    Tally known = tallies.get(name);
    if (known != null) {
      return known;
    }
    Tally added = new Tally();
    if (tallies.size() == most) {
      complete = false;
    } else {
      tallies.put(name, added);
    }
    return added;
  }

  /** Returns whether all names are in this. */
  boolean isComplete() {
    return complete;
  }

  int size() {
    return tallies.size();
  }

  long count(Predicate<? super Tally> which) {
    return tallies.values().stream().filter(which).count();
  }

  /** Returns the names with the most of one count; those with none of it are left out. */
  List<Row> top(int length, Count count) {
    Comparator<Row> order =
        Comparator.<Row>comparingLong(row -> row.get(count))
            .thenComparingLong(row -> row.get(Count.REQUESTS))
            .thenComparing(Row::name, Comparator.reverseOrder());
    PriorityQueue<Row> top = new PriorityQueue<>(order);
    tallies.forEach(
        (name, tally) -> {
          if (tally.get(count) > 0) {
            top.add(new Row(name, tally));
            if (top.size() > length) {
              top.remove();
            }
          }
        });
    return top.stream().sorted(order.reversed()).toList();
  }

  /** Returns all names, those with the most new refusals first. */
  List<Row> all() {
    Comparator<Row> order =
        Comparator.<Row>comparingLong(row -> row.get(Count.NEWLY_REFUSED))
            .thenComparingLong(row -> row.get(Count.NO_LONGER_REFUSED))
            .thenComparingLong(row -> row.get(Count.REFUSED))
            .thenComparingLong(row -> row.get(Count.REQUESTS));
    return tallies.entrySet().stream()
        .map(entry -> new Row(entry.getKey(), entry.getValue()))
        .sorted(order.reversed())
        .toList();
  }
}
