package io.github.ratelimiter.simulation;

import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.Policy;

/**
 * Permits that a caller may use, dated as it is published: at the store's decision; at the turn of
 * a reservation; at their use, if they are from a lease or were granted by a fallback.
 *
 * @param since the order of the request that granted them; of the earliest of several leases that
 *     can have
 * @param at in true time
 * @param serverAt by the server's clock
 * @param permits how many; negative where as many were given back unused
 * @param until until when permits that were given back can be had by others at once, though what
 *     was reserved or lent meanwhile keeps its date; else {@code at}
 * @param policy the version under which they were granted
 * @param source who granted them
 */
record Use(
    long since, long at, long serverAt, long permits, long until, Policy policy, Source source) {
  /** The same, if what was given back can be had by others for longer. */
  Use freeUntil(long later) {
    return new Use(since, at, serverAt, permits, Math.max(until, later), policy, source);
  }
}
