package io.github.ratelimiter.cache;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.store.StoreDecision;

/**
 * A refusal of the store that the cache repeats. It holds for the same number of permits and more,
 * until the store may decide otherwise. All instants are in microseconds.
 *
 * @param refused the decision of the store, with the source of this cache
 * @param permits the permits that were refused
 * @param capacity a request for more than this is refused permanently; the store decides that
 * @param asked when the store was asked
 * @param until when the store may decide otherwise
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

  /** Returns the decision of the store with the times that are left now. */
  Decision at(long now) {
    return StoreDecision.of(refused).after(Math.max(now - asked, 0));
  }
}
