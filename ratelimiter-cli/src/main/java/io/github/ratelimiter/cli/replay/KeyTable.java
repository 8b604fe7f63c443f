package io.github.ratelimiter.cli.replay;

import io.github.ratelimiter.cli.Text;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/*
 * The memory has two bounds. When the table has its maximum number of keys, new keys are not
 * counted. When it has MAX_TEXT characters of text, reports shorten the text of new long keys.
 */
/** Counts the requests and refusals of each key, for a bounded number of keys. */
final class KeyTable {
  private static final int MAX_TEXT = 64 * 1024 * 1024;
  private static final int MAX_TEXT_OF_KEY = 2_000;

  private final int maximumKeys;
  private final int policies;
  private final Map<String, Counts> counts = new HashMap<>();
  private boolean full;
  private long textLength;

  /**
   * Creates an empty table.
   *
   * @param maximumKeys the maximum number of keys
   * @param policies the number of policies
   */
  KeyTable(int maximumKeys, int policies) {
    this.maximumKeys = maximumKeys;
    this.policies = policies;
  }

  /** The counts of a key, for a report. */
  record Row(String key, long requests, List<Long> refused) {
    /** Returns the number of requests that a policy refused. */
    long refused(int policy) {
      return refused.get(policy);
    }
  }

  /** The counts of one key. */
  static final class Counts {
    private final String key;
    private final @Nullable String text;
    private final long[] refused;
    private long requests;

    private Counts(String key, @Nullable String text, int policies) {
      this.key = key;
      this.text = text;
      this.refused = new long[policies];
    }

    /** Returns the key. Every call for a key in the table returns the same string object. */
    String key() {
      return key;
    }

    /** Counts a request. */
    void request() {
      requests++;
    }

    /** Counts a refusal by a policy. */
    void refused(int policy) {
      refused[policy]++;
    }

    private String text() {
      return text != null ? text : KeyMaker.text(key);
    }

    private long mostRefused(int... policies) {
      return Arrays.stream(policies).mapToLong(policy -> refused[policy]).max().orElse(0);
    }

    private Row row() {
      return new Row(text(), requests, Arrays.stream(refused).boxed().toList());
    }
  }

  /**
   * Returns the counts of a key. Adds the key if the table is not full; otherwise the counts are
   * not part of the table.
   *
   * @param key the last key that the maker created
   */
  Counts of(String key, KeyMaker maker) {
    Counts known = counts.get(key);
    if (known != null) {
      return known;
    }
    if (counts.size() == maximumKeys) {
      full = true;
      return new Counts(key, null, policies);
    }
    Counts added = new Counts(key, KeyMaker.isShort(key) ? null : keptText(maker), policies);
    counts.put(key, added);
    return added;
  }

  private @Nullable String keptText(KeyMaker maker) {
    String text = Text.clip(maker.text(), MAX_TEXT_OF_KEY, "...");
    if (textLength + text.length() > MAX_TEXT) {
      return null;
    }
    textLength += text.length();
    return text;
  }

  /** Returns the number of keys in the table. */
  long keys() {
    return counts.size();
  }

  /** Returns whether the table contains every key of the log. */
  boolean complete() {
    return !full;
  }

  /** Returns the number of keys in the table that a policy refused at least once. */
  long limitedKeys(int policy) {
    return counts.values().stream().filter(key -> key.refused[policy] > 0).count();
  }

  /** Returns the text of any key; empty if there is none. */
  String anyKey() {
    return counts.values().stream().findAny().map(Counts::text).orElse("");
  }

  /**
   * Returns the keys with the most refusals. With several policies, the policy with the most
   * refusals of a key counts. Keys with equal refusals are ordered by requests, most first, then by
   * text. Keys without a refusal are omitted.
   */
  List<Row> top(int length, int... policies) {
    Comparator<Counts> order =
        Comparator.<Counts>comparingLong(key -> key.mostRefused(policies))
            .thenComparingLong(key -> key.requests)
            .thenComparing(Counts::text, Comparator.reverseOrder());
    PriorityQueue<Counts> top = new PriorityQueue<>(order);
    for (Counts key : counts.values()) {
      if (key.mostRefused(policies) > 0) {
        top.add(key);
        if (top.size() > length) {
          top.remove();
        }
      }
    }
    return top.stream().sorted(order.reversed()).map(Counts::row).toList();
  }
}
