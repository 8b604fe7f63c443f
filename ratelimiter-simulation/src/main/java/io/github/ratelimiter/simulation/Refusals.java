package io.github.ratelimiter.simulation;

import io.github.ratelimiter.CalendarWindow;
import io.github.ratelimiter.Decision.Outcome;
import io.github.ratelimiter.FixedWindow;
import io.github.ratelimiter.LeakyBucket;
import io.github.ratelimiter.Limit;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.SlidingLog;
import io.github.ratelimiter.TokenBucket;
import io.github.ratelimiter.simulation.ServerClock.Step;
import io.github.ratelimiter.store.Request;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Checks that every refusal of the store had a cause: what the state granted and was charged with,
 * since it was certainly full, leaves too few permits.
 */
final class Refusals {
  /** Granted before use, or while the clock went back: a limit may then lack more than was used. */
  private static final long UNKNOWN = Long.MAX_VALUE / 2;

  private final Iterator<Step> steps;
  private @Nullable Step next;
  private @Nullable Policy version;
  private long used;
  private long lastUse = Long.MIN_VALUE;
  private long recovery;

  private Refusals(List<Step> steps) {
    this.steps = steps.iterator();
    this.next = this.steps.hasNext() ? this.steps.next() : null;
  }

  /** Returns the first refusal in the life of a state that had no cause. */
  static @Nullable Executed withoutCause(List<Executed> executed, List<Step> steps) {
    Refusals refusals = new Refusals(steps);
    return executed.stream().filter(refusals::hasNoCause).findFirst().orElse(null);
  }

  private boolean hasNoCause(Executed one) {
    while (next != null && next.at() <= one.at()) {
      stepBack(next);
      next = steps.hasNext() ? steps.next() : null;
    }
    forgetUntil(one.serverAt());
    Policy asked = one.request().policy();
    if (!asked.equals(version) && !(one.request() instanceof Request.Peek)) {
      asked.limits().forEach(limit -> recovery = Math.max(recovery, micros(limit)));
      // A counter that is created starts from the usage, which includes permits granted before
      // their use.
      lastUse = Math.max(lastUse, one.serverAt());
      version = asked;
    }
    if (one.request() instanceof Request.Drain drain) {
      used = UNKNOWN;
      lastUse = Math.max(lastUse, drain.endMicros(one.serverAt()));
    }
    long permits = one.granted() + one.charged();
    if (permits > 0) {
      used = one.delay() > 0 ? UNKNOWN : Math.min(used + permits, UNKNOWN);
      lastUse = Math.max(lastUse, one.serverAt() + one.delay());
    }
    return one.request() instanceof Request.Acquire acquire
        && one.decision().outcome() == Outcome.REFUSED
        && used + acquire.permits() <= acquire.policy().capacity();
  }

  /**
   * Full counters are removed before. For the others, an earlier instant can show more than was
   * used, and a grant counts at the instant that they have seen, which is later than its own.
   */
  private void stepBack(Step step) {
    forgetUntil(step.from());
    if (used > 0) {
      used = UNKNOWN;
      lastUse = Math.max(lastUse, step.from());
    }
  }

  private void forgetUntil(long instant) {
    if (instant - recovery >= lastUse) {
      used = 0;
      lastUse = Long.MIN_VALUE;
    }
  }

  /** Returns the longest time until a limit is full again. */
  private static long micros(Limit limit) {
    long period = limit.period().toNanos() / 1_000;
    if (limit instanceof TokenBucket || limit instanceof LeakyBucket) {
      long most = limit.capacity() + limit.debt();
      return Math.multiplyExact(most, period) / limit.permits() + 1;
    }
    if (limit instanceof CalendarWindow) {
      // A caller with a clock that is ahead counts in the next window.
      return 2 * period;
    }
    return limit instanceof FixedWindow || limit instanceof SlidingLog ? period : 2 * period;
  }
}
