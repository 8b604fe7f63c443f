package io.github.ratelimiter.algorithm;

/**
 * The range of numbers in which every algorithm counts: integers that a 64-bit floating point
 * number holds exactly. A Lua script on a Redis server has no other numbers.
 *
 * <p>2<sup>53</sup> microseconds are 285 years. They are divided as follows. An instant is at most
 * 2<sup>53</sup> - 2<sup>51</sup> (the year 2184). The state of a limit may reach 2<sup>50</sup>
 * (35 years) beyond it, and a caller may reserve as far again beyond that.
 */
public final class Domain {
  /** The largest integer that any algorithm computes: 2<sup>53</sup> - 1. */
  public static final long MAX = (1L << 53) - 1;

  /** The latest instant of a decision, in microseconds: a day in 2184. */
  public static final long LATEST_INSTANT = (1L << 53) - (1L << 51);

  /** The longest time until a limit is full again, in microseconds: 35 years. */
  public static final long LONGEST_MEMORY = 1L << 50;

  /** The longest time that a caller may reserve ahead, in microseconds: 35 years. */
  public static final long LONGEST_WAIT = 1L << 50;

  /** The largest number of permits in a limit, a burst or a call. */
  public static final long MAX_PERMITS = 1_000_000_000_000L;

  /** The shortest period of a limit, in microseconds: 1 ms. */
  public static final long MIN_PERIOD = 1_000L;

  /** The longest period of a limit, in microseconds: 366 days. */
  public static final long MAX_PERIOD = 366L * 24 * 60 * 60 * 1_000_000;

  /** The units in which debts are counted, in microseconds. The finest that fits is used. */
  static final long[] UNITS = {1, 1_000, 1_000_000};

  private Domain() {}

  /**
   * Returns the instant of the domain that is nearest to an instant.
   *
   * @param micros an instant in microseconds since the Unix epoch, from any clock
   * @return the nearest instant at which a decision can be made
   */
  public static long instant(long micros) {
    return Math.min(Math.max(micros, 0), LATEST_INSTANT);
  }

  static long ceilDiv(long dividend, long divisor) {
    return (dividend + divisor - 1) / divisor;
  }

  /** Returns {@code a * b / c}, rounded up. Requires 0 <= a < c and b below 2<sup>53</sup>. */
  static long mulDivUp(long a, long b, long c) {
    long quotient = 0;
    long rest = 0;
    // Like the script, which has no larger numbers: bit by bit, from the highest.
    for (int bit = 53 - 1; bit >= 0; bit--) {
      rest *= 2;
      quotient *= 2;
      if (rest >= c) {
        rest -= c;
        quotient++;
      }
      if ((b >> bit & 1) == 1) {
        rest += a;
        if (rest >= c) {
          rest -= c;
          quotient++;
        }
      }
    }
    return rest > 0 ? quotient + 1 : quotient;
  }

  static long gcd(long a, long b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  static void checkLimit(long limit, long period) {
    checkPermits(limit);
    if (period < MIN_PERIOD || period > MAX_PERIOD || period % 1_000 != 0) {
      throw new IllegalArgumentException(
          "period is "
              + period
              + " microseconds; it must be whole milliseconds from 1 ms to 366 days");
    }
  }

  static void checkPermits(long limit) {
    if (limit < 0 || limit > MAX_PERMITS) {
      throw new IllegalArgumentException(
          "limit is " + limit + "; it must be from 0 to " + MAX_PERMITS);
    }
  }
}
