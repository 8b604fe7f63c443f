package io.github.ratelimiter.cache;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.store.StoreDecision;

/**
 * What the store refused, and will refuse until an instant: this many permits and more, under this
 * version of the policy.
 *
 * @param refused the store's answer, as this cache repeats it
 * @param permits what was refused
 * @param capacity a call for more than this is refused for ever, and the store says so
 * @param asked when the store was asked
 * @param until when the answer may have changed
 */
record Refusal(Decision refused, long permits, long capacity, long asked, long until) {
  static Refusal of(Decision refused, long permits, long asked, long until) {
    long capacity = refused.policy().capacity();
    return new Refusal(
        StoreDecision.of(refused).withSource(Source.CACHED_REFUSAL),
        permits,
        capacity,
        asked,
        until);
  }

  boolean covers(long permits, long now) {
    return now < until && permits >= this.permits && permits <= capacity;
  }

  /** The store's answer, with the time that has passed since it was asked taken off. */
  Decision at(long now) {
    return StoreDecision.of(refused).after(Math.max(now - asked, 0));
  }
}
