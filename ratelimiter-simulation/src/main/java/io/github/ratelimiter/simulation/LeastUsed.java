package io.github.ratelimiter.simulation;

import io.github.ratelimiter.FixedWindow;
import io.github.ratelimiter.LeakyBucket;
import io.github.ratelimiter.Limit;
import io.github.ratelimiter.SlidingWindowLog;
import io.github.ratelimiter.TokenBucket;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What a counter holds at least. While that is more than nothing, the counter is certainly in the
 * state; else a version that does not ask for it may have dropped it.
 */
final class LeastUsed {
  private record Taken(long at, long permits) {}

  private final Limit limit;
  private final long period;

  /** Of a bucket, the debt times the period, at an instant. */
  private long debt;

  private long since = Scheduler.START;

  /** Of the rest, what was taken and when, oldest first. */
  private final Deque<Taken> records = new ArrayDeque<>();

  LeastUsed(Limit limit) {
    this.limit = limit;
    this.period = limit.period().toNanos() / 1_000;
  }

  private boolean isBucket() {
    return limit instanceof TokenBucket || limit instanceof LeakyBucket;
  }

  void take(long at, long permits) {
    forget(at);
    if (isBucket()) {
      debt = Math.min(debt + permits * period, limit.capacity() * period);
    } else {
      records.add(new Taken(at, permits));
    }
  }

  void giveBack(long at, long permits) {
    forget(at);
    debt = Math.max(debt - permits * period, 0);
    long rest = permits;
    while (rest > 0 && !records.isEmpty()) {
      Taken newest = records.removeLast();
      if (newest.permits > rest) {
        records.add(new Taken(newest.at, newest.permits - rest));
      }
      rest -= newest.permits;
    }
  }

  boolean isNothing(long at) {
    forget(at);
    return debt == 0 && records.isEmpty();
  }

  /** Whatever the alignment, a window holds what was taken in it, and nothing after its period. */
  private void forget(long at) {
    if (isBucket()) {
      debt = Math.max(debt - Math.multiplyExact(at - since, limit.limit()), 0);
      since = at;
      return;
    }
    while (!records.isEmpty() && isOver(records.peek().at, at)) {
      records.remove();
    }
  }

  private boolean isOver(long taken, long at) {
    if (limit instanceof SlidingWindowLog) {
      return at - taken >= period;
    }
    long windows = Math.floorDiv(at, period) - Math.floorDiv(taken, period);
    return windows >= (limit instanceof FixedWindow ? 1 : 2);
  }
}
