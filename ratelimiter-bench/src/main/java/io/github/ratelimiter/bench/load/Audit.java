package io.github.ratelimiter.bench.load;

import io.github.ratelimiter.LeakyBucket;
import io.github.ratelimiter.Limit;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.SlidingLog;
import io.github.ratelimiter.TokenBucket;
import io.github.ratelimiter.bench.generator.AuditLog;
import java.math.BigInteger;
import java.util.Arrays;

/*
 * The log has two instants for each permit: it was admitted between them. All permits with both
 * instants in an interval were certainly admitted in it. If they are more than the limit admits in
 * an interval of that length, there was an overshoot. A request that took long never causes one.
 *
 *   bucket   in any interval: burst, and what the interval refills
 *   log      in any interval shorter than the period: the limit
 *   windows  in any interval shorter than the period, which touches two of them: twice the limit
 *
 * Every interval is checked that begins at a request and ends at an answer. Their number grows with
 * the square of the permits of a key; a tree that keeps the best beginning makes the check n log n.
 * An interval counts as one microsecond longer than it was, for the rounding of two clocks.
 */
/** Checks a log of permits against a policy, in integers and without the code of the library. */
final class Audit {
  private final Policy policy;
  private long permits;
  private int keys;
  private long overshoot;
  private long headroom = Long.MAX_VALUE;
  private int worstKey = -1;

  private Audit(Policy policy) {
    this.policy = policy;
  }

  /**
   * Checks every key.
   *
   * @param keys keys have numbers below this
   */
  static Audit of(Policy policy, AuditLog log, int keys) {
    int[] starts = new int[keys + 1];
    log.forEach((key, from, to) -> starts[key + 1]++);
    for (int key = 0; key < keys; key++) {
      starts[key + 1] += starts[key];
    }
    int[] next = Arrays.copyOf(starts, keys);
    long[] spans = new long[starts[keys]];
    log.forEach((key, from, to) -> spans[next[key]++] = (long) to << 32 | from & 0xffffffffL);
    Audit audit = new Audit(policy);
    for (int key = 0; key < keys; key++) {
      if (starts[key] < starts[key + 1]) {
        audit.check(key, Arrays.copyOfRange(spans, starts[key], starts[key + 1]));
      }
    }
    return audit;
  }

  /**
   * Returns why an audit of so many permits in some time is impossible; empty if it is possible.
   */
  static String problem(Policy policy, long micros, long permits) {
    if (micros > AuditLog.LONGEST_MICROS) {
      return "35 minutes are the longest";
    }
    for (Limit limit : policy.limits()) {
      double flow = (double) rate(limit) * (micros + 2);
      double stock = (double) Math.max(permits, limit.capacity()) * period(limit);
      if (flow + stock > Long.MAX_VALUE / 4.0) {
        return "the numbers of " + limit.text() + " are too large; log fewer permits";
      }
    }
    return "";
  }

  // The rate as a fraction in lowest terms: permits per microseconds.

  private static long rate(Limit limit) {
    return limit.permits() / divisor(limit);
  }

  private static long period(Limit limit) {
    return micros(limit) / divisor(limit);
  }

  private static long divisor(Limit limit) {
    return BigInteger.valueOf(limit.permits()).gcd(BigInteger.valueOf(micros(limit))).longValue();
  }

  private static long micros(Limit limit) {
    return limit.period().toNanos() / 1_000;
  }

  /** Checks the permits of a key. A span has its end in the high bits, its beginning in the low. */
  private void check(int key, long... spans) {
    permits += spans.length;
    keys++;
    Arrays.sort(spans);
    int[] begins = new int[spans.length];
    for (int i = 0; i < spans.length; i++) {
      begins[i] = (int) spans[i];
    }
    Arrays.sort(begins);
    for (Limit limit : policy.limits()) {
      long left =
          limit instanceof TokenBucket || limit instanceof LeakyBucket
              ? leastLeft(limit, begins, spans)
              : leastLeftOfPeriod(limit, begins, spans);
      if (left < headroom) {
        headroom = left;
        worstKey = key;
      }
      overshoot = Math.max(overshoot, -left);
    }
  }

  /**
   * Returns the permits that a bucket could still have admitted in the fullest interval; negative
   * with an overshoot.
   */
  private static long leastLeft(Limit limit, int[] begins, long... spans) {
    long rate = rate(limit);
    long period = period(limit);
    BestBegin best = new BestBegin(begins.length);
    int[] used = new int[begins.length];
    long most = Long.MIN_VALUE;
    for (long span : spans) {
      int first = Arrays.binarySearch(begins, (int) span);
      while (first > 0 && begins[first - 1] == (int) span) {
        first--;
      }
      if (used[first]++ == 0) {
        best.begin(first, rate * begins[first]);
      }
      // A permit more in all intervals that begin no later than it was asked for.
      best.addUpTo(first, period);
      most = Math.max(most, best.most() - rate * ((span >> 32) + 1));
    }
    // A part of a permit is no permit.
    return Math.floorDiv(limit.capacity() * period - most, period);
  }

  private static long leastLeftOfPeriod(Limit limit, int[] begins, long... spans) {
    long period = micros(limit);
    int[] inside = new int[begins.length];
    int gone = 0;
    long count = 0;
    long most = 0;
    for (long span : spans) {
      long end = span >> 32;
      while (gone < begins.length && begins[gone] <= end + 1 - period) {
        count -= inside[gone++];
      }
      int at = Arrays.binarySearch(begins, (int) span);
      if (at >= gone) {
        inside[at]++;
        count++;
      }
      most = Math.max(most, count);
    }
    long atMost = limit instanceof SlidingLog ? limit.permits() : 2 * limit.permits();
    return atMost - most;
  }

  /** Returns how many permits were checked. */
  long permits() {
    return permits;
  }

  /** Returns how many keys had a permit. */
  int keys() {
    return keys;
  }

  /** Returns the largest number of permits above the limit in any interval; 0 if there is none. */
  long overshoot() {
    return overshoot;
  }

  /** Returns the permits left in the fullest interval; negative with an overshoot. */
  long headroom() {
    return permits == 0 ? 0 : headroom;
  }

  /** Returns the key with the least headroom; -1 if there was no permit. */
  int worstKey() {
    return worstKey;
  }

  /** A tree of values by place. Adds to all places up to one, and finds the largest value. */
  private static final class BestBegin {
    private static final long ABSENT = Long.MIN_VALUE / 2;

    private final int leaves;
    private final long[] largest;
    private final long[] added;

    BestBegin(int size) {
      leaves = Integer.highestOneBit(Math.max(size - 1, 1)) << 1;
      largest = new long[2 * leaves];
      added = new long[2 * leaves];
      Arrays.fill(largest, ABSENT);
    }

    /** Sets the value of a place. Earlier additions to the place count too. */
    void begin(int place, long value) {
      int node = leaves + place;
      // An interval that begins here contains the later requests, which were added before.
      largest[node] = value + added[node];
      mend(node >> 1);
    }

    void addUpTo(int place, long value) {
      int low = leaves;
      int high = leaves + place + 1;
      int last = high - 1;
      while (low < high) {
        if ((low & 1) == 1) {
          add(low++, value);
        }
        if ((high & 1) == 1) {
          add(--high, value);
        }
        low >>= 1;
        high >>= 1;
      }
      mend(leaves >> 1);
      mend(last >> 1);
    }

    private void add(int node, long value) {
      added[node] += value;
      largest[node] += value;
    }

    private void mend(int from) {
      for (int node = from; node >= 1; node >>= 1) {
        largest[node] = Math.max(largest[2 * node], largest[2 * node + 1]) + added[node];
      }
    }

    long most() {
      return largest[1];
    }
  }
}
