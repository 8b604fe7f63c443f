package io.github.ratelimiter.simulation;

import io.github.ratelimiter.CalendarWindow;
import io.github.ratelimiter.FixedWindow;
import io.github.ratelimiter.LeakyBucket;
import io.github.ratelimiter.Limit;
import io.github.ratelimiter.SlidingLog;
import io.github.ratelimiter.SlidingWindow;
import io.github.ratelimiter.TokenBucket;
import io.github.ratelimiter.WindowStart;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The least usage of a counter. While it is more than zero, the counter is certainly in the state.
 * Otherwise a version that does not query the counter may have removed it.
 */
final class LeastUsed {
  /**
   * An instant.
   *
   * @param at in true time, for buckets and logs
   * @param window on the server's clock, for windows
   */
  record Instant(long at, long window) {}

  private record Taken(Instant instant, long permits) {}

  private final Limit limit;
  private final long period;

  /** The debt of a bucket times the period, at an instant of the true time. */
  private long debt;

  private long since;

  /** For other limits, what was taken and when, oldest first. */
  private final Deque<Taken> records = new ArrayDeque<>();

  /**
   * Creates a counter.
   *
   * @param now when
   */
  LeastUsed(Limit limit, Instant now) {
    this.limit = limit;
    this.period = limit.period().toNanos() / 1_000;
    this.since = now.at;
  }

  private boolean isBucket() {
    return limit instanceof TokenBucket || limit instanceof LeakyBucket;
  }

  void take(Instant now, long permits) {
    forget(now);
    if (isBucket()) {
      debt = Math.min(debt + permits * period, limit.capacity() * period);
    } else if (!beginsWithFirstUse()) {
      long room = limit.capacity() - records.stream().mapToLong(Taken::permits).sum();
      records.add(new Taken(now, Math.max(Math.min(permits, room), 0)));
    }
  }

  /** The log does not show when such a window began: it may be over immediately. */
  private boolean beginsWithFirstUse() {
    return (limit instanceof FixedWindow window && window.start() == WindowStart.FIRST_USE)
        || (limit instanceof SlidingWindow sliding && sliding.start() == WindowStart.FIRST_USE);
  }

  void giveBack(Instant now, long permits) {
    forget(now);
    debt = Math.max(debt - permits * period, 0);
    long rest = permits;
    while (rest > 0 && !records.isEmpty()) {
      Taken newest = records.removeLast();
      if (newest.permits > rest) {
        records.add(new Taken(newest.instant, newest.permits - rest));
      }
      rest -= newest.permits;
    }
  }

  boolean isNothing(Instant now) {
    forget(now);
    return debt == 0 && records.isEmpty();
  }

  private void forget(Instant now) {
    debt = Math.max(debt - Math.multiplyExact(now.at - since, limit.permits()), 0);
    since = now.at;
    while (!records.isEmpty() && isOver(records.peek().instant, now)) {
      records.remove();
    }
  }

  private boolean isOver(Instant taken, Instant now) {
    if (limit instanceof SlidingLog) {
      return now.at - taken.at >= period;
    }
    long begin = limit instanceof CalendarWindow window ? Bounds.midnight(window) : 0;
    long windows =
        Math.floorDiv(now.window - begin, period) - Math.floorDiv(taken.window - begin, period);
    return windows >= (limit instanceof SlidingWindow ? 2 : 1);
  }
}
