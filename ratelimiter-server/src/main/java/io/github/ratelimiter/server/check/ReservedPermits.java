package io.github.ratelimiter.server.check;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.store.Grant;
import io.github.ratelimiter.store.Request;

/**
 * The permits of one key that a reservation has taken. Immutable.
 *
 * @param policy the limits under which they were taken
 * @param key what they are counted for
 * @param permitsOfOne the permits of a cost of 1
 * @param grant the store's grant of them
 */
record ReservedPermits(Policy policy, String key, long permitsOfOne, Grant grant) {
  /** Returns the request that replaces what was reserved by what was used. */
  Request settled(long cost) {
    long used = used(cost);
    long unused = grant.permits() - used;
    return unused > 0
        ? new Request.Release(key, policy, Math.min(unused, grant.permits()), grant)
        : new Request.Charge(key, policy, Request.ofEachLimit(policy, -unused), 0, true);
  }

  /** A product that is too large counts as the largest number. */
  private long used(long cost) {
    return cost > 0 && permitsOfOne > Long.MAX_VALUE / cost ? Long.MAX_VALUE : permitsOfOne * cost;
  }

  /** Returns the request for the present state. */
  Request peek() {
    return new Request.Peek(key, policy, 1);
  }
}
