package io.github.ratelimiter.bench.audit;

import io.github.ratelimiter.LeakyBucket;
import io.github.ratelimiter.Limit;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.SlidingLog;
import io.github.ratelimiter.TokenBucket;
import java.math.BigInteger;
import java.util.Arrays;

/*
 * The log has two times for each permit, and the permit was granted between them. If both times are
 * in an interval, the permit was certainly granted in it. If there are more such permits than the
 * limit allows in an interval of that length, there was an overshoot. A slow request never causes a
 * false overshoot.
 *
 *   buckets      any interval: the burst, and the permits refilled during the interval
 *   sliding log  an interval shorter than the period: the limit
 *   windows      an interval shorter than the period may touch two windows: twice the limit; a log is
 *                shorter than any calendar window
 *
 * The audit checks every interval from the time of a request to the time of an answer. The number of
 * intervals grows with the square of the permits of a key. For buckets, a segment tree over the
 * beginnings of intervals reduces the time to n log n. An interval counts as one microsecond longer
 * than it was, because both times are rounded.
 */
/** Checks a log of permits against a policy. Uses integers, and no code of the library. */
public final class Audit {
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
   * @param log the granted permits
   * @param keys the number of keys
   */
  public static Audit of(Policy policy, Grants log, int keys) {
    int[] starts = new int[keys + 1];
    log.forEach((key, from, to, byFallback) -> starts[key + 1]++);
    for (int key = 0; key < keys; key++) {
      starts[key + 1] += starts[key];
    }
    int[] next = Arrays.copyOf(starts, keys);
    long[] spans = new long[starts[keys]];
    log.forEach(
        (key, from, to, byFallback) -> spans[next[key]++] = (long) to << 32 | from & 0xffffffffL);
    Audit audit = new Audit(policy);
    for (int key = 0; key < keys; key++) {
      if (starts[key] < starts[key + 1]) {
        audit.check(key, Arrays.copyOfRange(spans, starts[key], starts[key + 1]));
      }
    }
    return audit;
  }

  /** Returns why an audit of a number of permits is impossible; empty if it is possible. */
  public static String problem(Policy policy, long micros, long permits) {
    if (micros > AuditLog.MAX_PHASE_MICROS) {
      return "the duration must be at most 35 minutes";
    }
    for (Limit limit : policy.limits()) {
      double refilled = (double) rate(limit) * (micros + 2);
      double stored = (double) Math.max(permits, limit.capacity()) * period(limit);
      if (refilled + stored > Long.MAX_VALUE / 4.0) {
        return "the numbers of " + limit.text() + " are too large; lower --audit-permits";
      }
    }
    return "";
  }

  // rate(limit) permits per period(limit) microseconds, as a fraction in lowest terms.

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

  /**
   * Checks the permits of a key. The high half of a span is its end, the low half its beginning.
   */
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
      long headroomOfLimit =
          limit instanceof TokenBucket || limit instanceof LeakyBucket
              ? bucketHeadroom(limit, begins, spans)
              : periodHeadroom(limit, begins, spans);
      if (headroomOfLimit < headroom) {
        headroom = headroomOfLimit;
        worstKey = key;
      }
      overshoot = Math.max(overshoot, -headroomOfLimit);
    }
  }

  /**
   * Returns the permits that a bucket could still have granted in the fullest interval. Negative if
   * there was an overshoot.
   */
  private static long bucketHeadroom(Limit limit, int[] begins, long... spans) {
    long rate = rate(limit);
    long period = period(limit);
    PrefixMaximum used = new PrefixMaximum(begins.length);
    boolean[] isSet = new boolean[begins.length];
    long most = Long.MIN_VALUE;
    for (long span : spans) {
      int first = Arrays.binarySearch(begins, (int) span);
      while (first > 0 && begins[first - 1] == (int) span) {
        first--;
      }
      if (!isSet[first]) {
        isSet[first] = true;
        used.set(first, rate * begins[first]);
      }
      // The permit is in all intervals that begin no later than its request.
      used.addUpTo(first, period);
      most = Math.max(most, used.get() - rate * ((span >> 32) + 1));
    }
    return Math.floorDiv(limit.capacity() * period - most, period);
  }

  private static long periodHeadroom(Limit limit, int[] begins, long... spans) {
    long period = micros(limit);
    int[] inside = new int[begins.length];
    int firstInPeriod = 0;
    long count = 0;
    long most = 0;
    for (long span : spans) {
      long end = span >> 32;
      while (firstInPeriod < begins.length && begins[firstInPeriod] <= end + 1 - period) {
        count -= inside[firstInPeriod++];
      }
      int index = Arrays.binarySearch(begins, (int) span);
      if (index >= firstInPeriod) {
        inside[index]++;
        count++;
      }
      most = Math.max(most, count);
    }
    long allowed = limit instanceof SlidingLog ? limit.permits() : 2 * limit.permits();
    return allowed - most;
  }

  /** Returns the number of checked permits. */
  public long permits() {
    return permits;
  }

  /** Returns the number of keys with a permit. */
  public int keys() {
    return keys;
  }

  /** Returns the largest number of permits above the limit in any interval; 0 if there is none. */
  public long overshoot() {
    return overshoot;
  }

  /** Returns the permits left in the fullest interval; negative if there was an overshoot. */
  public long headroom() {
    return permits == 0 ? 0 : headroom;
  }

  /** Returns the key with the least headroom; -1 if there was no permit. */
  public int worstKey() {
    return worstKey;
  }
}
