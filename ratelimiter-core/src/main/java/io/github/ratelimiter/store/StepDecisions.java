package io.github.ratelimiter.store;

import io.github.ratelimiter.Decision.Outcome;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.algorithm.Domain;
import io.github.ratelimiter.algorithm.LimitState;

/**
 * What the counters of the deciding version have left at one instant, and the decisions that follow
 * from it. Changes no counter.
 */
abstract class StepDecisions {
  final Policy policy;
  final LimitState[] own;
  final long now;
  long drainedUntil;

  StepDecisions(Policy policy, LimitState[] own, long drainedUntil, long now) {
    this.policy = policy;
    this.own = own;
    this.drainedUntil = drainedUntil;
    this.now = now;
  }

  final LimitState counter(int limit) {
    return own[policy.counterOf(limit)];
  }

  /** Returns the remaining time of a drain, in microseconds; 0 if the key is not drained. */
  final long drained() {
    return Math.max(drainedUntil - now, 0);
  }

  final long available(long end) {
    if (drainedUntil > now) {
      return 0;
    }
    long least = Domain.MAX_PERMITS;
    for (LimitState counter : own) {
      least = Math.min(least, end == now ? counter.available(now) : counter.available(now, end));
    }
    return least;
  }

  /** Binding is the limit that refuses and has the longest time to wait. */
  final StoreDecision refused(long permits) {
    return decision(refusalOf(CounterPermits.each(own.length, permits)));
  }

  record Refusal(Outcome outcome, int binding, long retryAfter) {}

  /**
   * Returns the refusal of a number of permits of each counter. Its retry-after is 0 if they are
   * available.
   */
  final Refusal refusalOf(long[] permitsOfCounters) {
    int binding = 0;
    long longest = -1;
    for (int i = 0; i < policy.limits().size(); i++) {
      long permits = permitsOfCounters[policy.counterOf(i)];
      if (permits > policy.algorithm(i).capacity()) {
        return new Refusal(Outcome.IMPOSSIBLE, i, 0);
      }
      long retryAfter = permits == 0 ? 0 : counter(i).retryAfter(now, permits);
      retryAfter = Math.max(retryAfter, drained());
      if (retryAfter > longest) {
        binding = i;
        longest = retryAfter;
      }
    }
    return new Refusal(Outcome.REFUSED, binding, longest);
  }

  /** Allowed. Binding is the limit with the fewest permits left. */
  final StoreDecision state() {
    int binding = 0;
    for (int i = 1; i < policy.limits().size(); i++) {
      if (counter(i).available(now) < counter(binding).available(now)) {
        binding = i;
      }
    }
    return decision(Outcome.ALLOWED, binding, 0);
  }

  final StoreDecision decision(Refusal refusal) {
    return decision(refusal.outcome, refusal.binding, refusal.retryAfter);
  }

  final StoreDecision decision(Outcome outcome, int binding, long retryAfter) {
    int limits = policy.limits().size();
    long[] remaining = new long[limits];
    long[] resetAfter = new long[limits];
    for (int i = 0; i < limits; i++) {
      remaining[i] = counter(i).available(now);
      resetAfter[i] = counter(i).resetAfter(now);
    }
    return StoreDecision.of(policy, outcome, binding, retryAfter, remaining, resetAfter)
        .withDrain(drained());
  }

  /**
   * Returns the refusal of a lease. A lease in which a full bucket would refill too much is
   * impossible.
   */
  final StoreDecision refusedLease(long min, long end) {
    for (int i = 0; i < policy.limits().size(); i++) {
      if (policy.algorithm(i).newState().available(now, end) < min) {
        return decision(Outcome.IMPOSSIBLE, i, 0);
      }
    }
    return refused(min);
  }
}
