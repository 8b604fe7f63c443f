package io.github.ratelimiter.simulation;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;

/** Numbers at positions on a line, such as instants, with the sum up to a position. */
final class Sums {
  static final Sums NONE = of(List.of(), none -> 0, none -> 0);

  private final long[] places;
  private final long[] sums;

  private Sums(long[] places, long[] sums) {
    this.places = places;
    this.sums = sums;
  }

  static <T> Sums of(List<T> items, ToLongFunction<T> place, ToLongFunction<T> number) {
    List<T> ordered =
        items.stream()
            .sorted((a, b) -> Long.compare(place.applyAsLong(a), place.applyAsLong(b)))
            .toList();
    long[] sums = ordered.stream().mapToLong(number).toArray();
    Arrays.parallelPrefix(sums, Long::sum);
    return new Sums(ordered.stream().mapToLong(place).toArray(), sums);
  }

  /** Returns the sum of all numbers at or before a position. */
  long until(long place) {
    int low = 0;
    int high = places.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (places[middle] <= place) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low == 0 ? 0 : sums[low - 1];
  }
}
