package io.github.ratelimiter.store;

import io.github.ratelimiter.CalendarWindow;
import io.github.ratelimiter.FixedWindow;
import io.github.ratelimiter.LeakyBucket;
import io.github.ratelimiter.Limit;
import io.github.ratelimiter.SlidingLog;
import io.github.ratelimiter.SlidingWindow;
import io.github.ratelimiter.TokenBucket;
import io.github.ratelimiter.WindowStart;
import java.util.function.LongPredicate;

/**
 * What one limit must answer, written down from its definition with numbers of any size. Slow, and
 * deliberately unlike the code it judges: when permits are back is not computed but searched for.
 */
abstract class ExactLimit {
  /** 2^53 - 1, the largest number that the library may compute. */
  static final long LARGEST = (1L << 53) - 1;

  /** Nobody waits as long. */
  private static final long FAR = 1L << 54;

  /** The units in which the library may count: the finest that fits is the one. */
  static final long[] UNITS = {1, 1_000, 1_000_000};

  static ExactLimit of(Limit limit) {
    long period = limit.period().toNanos() / 1_000;
    if (limit instanceof TokenBucket bucket) {
      return new ExactBucket(bucket.permits(), period, bucket.burst(), false);
    }
    if (limit instanceof LeakyBucket bucket) {
      return new ExactBucket(bucket.permits(), period, bucket.burst(), true);
    }
    if (limit instanceof FixedWindow window) {
      return new ExactWindow(window.permits(), period, window.start() == WindowStart.FIRST_USE);
    }
    if (limit instanceof SlidingWindow window) {
      return new ExactCounter(window.permits(), period, window.start() == WindowStart.FIRST_USE);
    }
    if (limit instanceof CalendarWindow window) {
      return new ExactCalendarWindow(window);
    }
    return new ExactLog(((SlidingLog) limit).permits(), period);
  }

  /** The most permits at once. */
  abstract long capacity();

  /** How many permits fit at an instant if they count as used at another, not before it. */
  abstract long available(long now, long usedAt);

  abstract void take(long now, long permits, long usedAt);

  abstract void giveBack(long now, long permits);

  /** Takes back what a grant left unused and nobody can have counted on. */
  abstract void release(long now, long permits, Span span, boolean last);

  /** Counts permits, at most to the capacity and a debt; returns those that were too many. */
  abstract long charge(long now, long permits, long usedAt, long lastUse, long later, long debt);

  /** The permits that count as used, a started one as a whole. */
  abstract long used(long now);

  /** The written period, in microseconds. */
  abstract long period();

  /** Whether another limit is this one, whatever period it is written with. */
  abstract boolean same(ExactLimit other);

  /** Whether another limit counts alike over the same written period. */
  abstract boolean sameKind(ExactLimit other);

  /** Takes over the usage of another of the same kind, at most the capacity at {@code later}. */
  abstract void startFrom(ExactLimit other, long now, long later);

  /** Takes over usage in permits, at most the capacity: at {@code now} and at {@code later}. */
  abstract void startWith(long used, long usedLater, long now, long later);

  /** Takes over all of the same limit, perhaps written with another period. */
  abstract void become(ExactLimit other);

  /** Whether numbers were needed that the library does not have. */
  boolean overflowed() {
    return false;
  }

  /** When a grant was given, when it counts as used, and the last instant of all such. */
  record Span(long grantedAt, long usedAt, long until) {}

  /** Whether nothing that was used matters any more. */
  abstract boolean fresh(long now);

  /** Whether the counter is like a new one for all callers. */
  boolean forgotten(long now) {
    return fresh(now);
  }

  /** Begins the window of an instant if the one before is over. */
  void enter(long now) {}

  /** The end of the window, where there is one. */
  long leaseEnd(long now, long end) {
    return end;
  }

  /** The same for the version that asks: the window may only begin now. */
  long ownLeaseEnd(long now, long end) {
    return leaseEnd(now, end);
  }

  final long available(long now) {
    return available(now, now);
  }

  final long retryAfter(long now, long permits) {
    return earliest(wait -> available(now + wait) >= permits);
  }

  final long resetAfter(long now) {
    return earliest(wait -> fresh(now + wait));
  }

  final long keptFor(long now) {
    return earliest(wait -> forgotten(now + wait));
  }

  /** The first time to wait after which something holds that, once true, remains true. */
  static long earliest(LongPredicate holds) {
    if (holds.test(0)) {
      return 0;
    }
    long no = 0;
    long yes = 1;
    while (yes < FAR && !holds.test(yes)) {
      no = yes;
      yes *= 2;
    }
    while (yes - no > 1) {
      long middle = (no + yes) >> 1;
      if (holds.test(middle)) {
        yes = middle;
      } else {
        no = middle;
      }
    }
    return yes;
  }
}
