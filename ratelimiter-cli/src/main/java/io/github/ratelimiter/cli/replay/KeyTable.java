package io.github.ratelimiter.cli.replay;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/*
 * An open-addressed hash table from keys to consecutive numbers, and columns of counts by number:
 * about 20 bytes a key and 8 for each column, beside the key itself. Two bounds keep its memory:
 * beyond the maximum, new keys are not told apart any more; beyond TEXTS characters, of a new long
 * key no more text is kept than its short form tells.
 *
 * Column 0 counts requests, column i + 1 what policy i refused.
 */
/** How often each key asked and was refused, for a bounded number of keys. */
final class KeyTable {
  private static final int TEXTS = 64 * 1024 * 1024;
  private static final int LONGEST_TEXT = 2_000;

  private final int maximum;
  private final long[][] counts;
  private int[] slots = new int[1024];
  private String[] keys = new String[512];
  private @Nullable String[] texts = new @Nullable String[512];
  private int size;
  private int current;
  private boolean full;
  private long texted;

  /** A table of up to so many keys under so many policies. */
  KeyTable(int maximum, int policies) {
    this.maximum = maximum;
    this.counts = new long[policies + 1][512];
  }

  /** What a key did. */
  record Row(String key, long requests, List<Long> refused) {
    /** How many requests a policy refused. */
    long refused(int policy) {
      return refused.get(policy);
    }
  }

  /**
   * Makes a key the current one, adding it if there is room.
   *
   * @param key the key of the maker's last line
   * @return the key, the same object for every line of a key that is in the table
   */
  String seek(String key, KeyMaker maker) {
    int slot = slot(key);
    if (slots[slot] == 0) {
      if (size == maximum) {
        full = true;
        current = maximum;
        return key;
      }
      if (size == keys.length) {
        grow();
        slot = slot(key);
      }
      keys[size] = key;
      if (!KeyMaker.isShort(key)) {
        keepText(maker.text());
      }
      slots[slot] = ++size;
    }
    current = slots[slot] - 1;
    return keys[current];
  }

  /** Counts a request of the current key, if it is in the table. */
  void request() {
    count(0);
  }

  /** Counts that a policy refused the current key, if it is in the table. */
  void refused(int policy) {
    count(policy + 1);
  }

  private void count(int column) {
    if (current < size) {
      counts[column][current]++;
    }
  }

  private void keepText(String text) {
    String kept = Text.clip(text, LONGEST_TEXT, "...");
    if (texted + kept.length() <= TEXTS) {
      texted += kept.length();
      texts[size] = kept;
    }
  }

  /** How many keys there were; if there was no room for all of them, how many are here. */
  long keys() {
    return size;
  }

  /** Whether every key is here. */
  boolean complete() {
    return !full;
  }

  /** How many of the keys here a policy refused at least once. */
  long limitedKeys(int policy) {
    return Arrays.stream(counts[policy + 1], 0, size).filter(refused -> refused > 0).count();
  }

  /**
   * The keys that were refused most, by the one of some policies that refused them most; those
   * before that asked more, then those whose text comes first. Keys never refused are left out.
   */
  List<Row> top(int length, int... policies) {
    Comparator<Integer> order =
        Comparator.<Integer>comparingLong(number -> most(number, policies))
            .thenComparingLong(number -> counts[0][number])
            .thenComparing(this::text, Comparator.reverseOrder());
    PriorityQueue<Integer> top = new PriorityQueue<>(order);
    for (int number = 0; number < size; number++) {
      if (most(number, policies) > 0) {
        top.add(number);
        if (top.size() > length) {
          top.remove();
        }
      }
    }
    List<Integer> numbers = new ArrayList<>(top);
    numbers.sort(order.reversed());
    return numbers.stream().map(this::row).toList();
  }

  private long most(int number, int... policies) {
    long most = 0;
    for (int policy : policies) {
      most = Math.max(most, counts[policy + 1][number]);
    }
    return most;
  }

  private Row row(int number) {
    List<Long> refused = new ArrayList<>();
    for (int column = 1; column < counts.length; column++) {
      refused.add(counts[column][number]);
    }
    return new Row(text(number), counts[0][number], List.copyOf(refused));
  }

  private String text(int number) {
    String text = texts[number];
    return text != null ? text : KeyMaker.text(keys[number]);
  }

  /** Where a key is, or would be. */
  private int slot(String key) {
    int mask = slots.length - 1;
    int hash = key.hashCode() * 0x9E3779B9;
    int slot = (hash ^ (hash >>> 15)) & mask;
    while (slots[slot] != 0 && !keys[slots[slot] - 1].equals(key)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow() {
    int larger = (int) Math.min(2L * keys.length, maximum);
    keys = Arrays.copyOf(keys, larger);
    texts = Arrays.copyOf(texts, larger);
    for (int column = 0; column < counts.length; column++) {
      counts[column] = Arrays.copyOf(counts[column], larger);
    }
    slots = new int[Integer.highestOneBit(larger) * 4];
    for (int number = 0; number < size; number++) {
      slots[slot(keys[number])] = number + 1;
    }
  }
}
