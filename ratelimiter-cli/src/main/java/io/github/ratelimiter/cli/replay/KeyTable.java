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
 * Two bounds keep the memory: beyond the maximum, new keys are not told apart any more; beyond
 * TEXTS characters, of a new long key no more text is kept than its short form tells.
 */
/** How often each key asked and was refused, for a bounded number of keys. */
final class KeyTable {
  private static final int TEXTS = 64 * 1024 * 1024;
  private static final int LONGEST_TEXT = 2_000;

  private final int maximum;
  private final int policies;
  private final Map<String, Counts> counts = new HashMap<>();
  private boolean full;
  private long texted;

  /** A table of up to so many keys under so many policies. */
  KeyTable(int maximum, int policies) {
    this.maximum = maximum;
    this.policies = policies;
  }

  /** What a key did. */
  record Row(String key, long requests, List<Long> refused) {
    /** How many requests a policy refused. */
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

    /** The key, the same object for every line of a key that is in the table. */
    String key() {
      return key;
    }

    /** Counts a request. */
    void request() {
      requests++;
    }

    /** Counts that a policy refused. */
    void refused(int policy) {
      refused[policy]++;
    }

    private String text() {
      return text != null ? text : KeyMaker.text(key);
    }

    private long most(int... policies) {
      return Arrays.stream(policies).mapToLong(policy -> refused[policy]).max().orElse(0);
    }

    private Row row() {
      return new Row(text(), requests, Arrays.stream(refused).boxed().toList());
    }
  }

  /**
   * The counts of a key, which is added if there is room. Without room they are no part of the
   * table.
   *
   * @param key the key of the maker's last line
   */
  Counts of(String key, KeyMaker maker) {
    Counts known = counts.get(key);
    if (known != null) {
      return known;
    }
    if (counts.size() == maximum) {
      full = true;
      return new Counts(key, null, policies);
    }
    Counts added = new Counts(key, KeyMaker.isShort(key) ? null : keptText(maker), policies);
    counts.put(key, added);
    return added;
  }

  private @Nullable String keptText(KeyMaker maker) {
    String text = Text.clip(maker.text(), LONGEST_TEXT, "...");
    if (texted + text.length() > TEXTS) {
      return null;
    }
    texted += text.length();
    return text;
  }

  /** How many keys there were; if there was no room for all of them, how many are here. */
  long keys() {
    return counts.size();
  }

  /** Whether every key is here. */
  boolean complete() {
    return !full;
  }

  /** How many of the keys here a policy refused at least once. */
  long limitedKeys(int policy) {
    return counts.values().stream().filter(key -> key.refused[policy] > 0).count();
  }

  /** The text of any key; empty if there is none. */
  String anyKey() {
    return counts.values().stream().findAny().map(Counts::text).orElse("");
  }

  /**
   * The keys that were refused most, by the one of some policies that refused them most; those
   * before that asked more, then those whose text comes first. Keys never refused are left out.
   */
  List<Row> top(int length, int... policies) {
    Comparator<Counts> order =
        Comparator.<Counts>comparingLong(key -> key.most(policies))
            .thenComparingLong(key -> key.requests)
            .thenComparing(Counts::text, Comparator.reverseOrder());
    PriorityQueue<Counts> top = new PriorityQueue<>(order);
    for (Counts key : counts.values()) {
      if (key.most(policies) > 0) {
        top.add(key);
        if (top.size() > length) {
          top.remove();
        }
      }
    }
    return top.stream().sorted(order.reversed()).map(Counts::row).toList();
  }
}
