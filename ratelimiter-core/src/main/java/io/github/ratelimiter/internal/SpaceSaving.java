package io.github.ratelimiter.internal;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/*
 * Counts the most frequent keys of a stream with a fixed number of counters.
 *
 * State     for each of at most c keys a count and an error; a heap with the least count on top.
 * Addition  of a key that has a counter: its count grows by one. Of another key while there are
 *           fewer than c counters: it gets one, with the count 1 and the error 0. Of another key
 *           otherwise: it takes over the counter with the least count, min. Its count is min + 1 and
 *           its error is min, because it may have come up to min times before.
 * Bounds    of a key with a counter: count - error <= true count <= count.
 *           of a key without one: true count <= min; 0 while fewer than c keys have counters.
 *           The counts add up to the length n of the stream, so min <= n / c, and every key with a
 *           true count above n / c has a counter.
 * Source    A. Metwally, D. Agrawal, A. El Abbadi: "Efficient Computation of Frequent and Top-k
 *           Elements in Data Streams", ICDT 2005. They keep the counters in a list of buckets, with
 *           constant time for an addition. A heap takes O(log c), is smaller, and for a few hundred
 *           counters as fast.
 */
/** A Space-Saving sketch. Not thread-safe. */
public final class SpaceSaving {
  private static final class Counter {
    private String key;
    private long count;
    private long error;
    private int position;

    private Counter(String key, int position) {
      this.key = key;
      this.position = position;
    }
  }

  private final Map<String, Counter> counters;
  private final Counter[] heap;
  private int size;

  /**
   * Creates an empty sketch.
   *
   * @param capacity the number of counters, at least 1
   */
  public SpaceSaving(int capacity) {
    heap = new Counter[capacity];
    counters = new HashMap<>();
  }

  /** Counts a key. */
  public void add(String key) {
    Counter counter = counters.get(key);
    if (counter == null) {
      counter = size < heap.length ? added(key) : takenOver(key);
      counters.put(key, counter);
    }
    counter.count++;
    sink(counter);
  }

  private Counter added(String key) {
    Counter counter = new Counter(key, size);
    heap[size++] = counter;
    // Its count is 0 and becomes 1, which is the least there is.
    rise(counter);
    return counter;
  }

  private Counter takenOver(String key) {
    Counter least = heap[0];
    counters.remove(least.key);
    least.key = key;
    least.error = least.count;
    return least;
  }

  /**
   * Replaces the name of a key and keeps its counts, so that the bounds hold. Does nothing if it
   * has no counter, or the other name has one.
   */
  public void rename(String key, String name) {
    Counter counter = counters.get(key);
    if (counter != null && !counters.containsKey(name)) {
      counters.remove(key);
      counter.key = name;
      counters.put(name, counter);
    }
  }

  /** Forgets all keys. */
  public void clear() {
    counters.clear();
    Arrays.fill(heap, null);
    size = 0;
  }

  /** Returns a copy of the counters. */
  public Counts counts() {
    String[] keys = new String[size];
    long[] counts = new long[size];
    long[] errors = new long[size];
    for (int i = 0; i < size; i++) {
      keys[i] = heap[i].key;
      counts[i] = heap[i].count;
      errors[i] = heap[i].error;
    }
    return new Counts(keys, counts, errors, size < heap.length ? 0 : counts[0]);
  }

  /**
   * The counters of a sketch at an instant.
   *
   * @param keys the keys that have one, in no order
   * @param counts an upper bound of the count of each
   * @param errors the most by which each may be too high
   * @param least an upper bound of the count of each other key
   */
  public record Counts(String[] keys, long[] counts, long[] errors, long least) {}

  // --- the heap --------------------------------------------------------------------------------

  private void rise(Counter counter) {
    int at = counter.position;
    while (at > 0 && heap[(at - 1) / 2].count > counter.count) {
      place(heap[(at - 1) / 2], at);
      at = (at - 1) / 2;
    }
    place(counter, at);
  }

  private void sink(Counter counter) {
    int at = counter.position;
    int child = least(at);
    while (child < size && heap[child].count < counter.count) {
      place(heap[child], at);
      at = child;
      child = least(at);
    }
    place(counter, at);
  }

  /** Returns the child with the least count. */
  private int least(int at) {
    int left = 2 * at + 1;
    return left + 1 < size && heap[left + 1].count < heap[left].count ? left + 1 : left;
  }

  private void place(Counter counter, int at) {
    heap[at] = counter;
    counter.position = at;
  }
}
