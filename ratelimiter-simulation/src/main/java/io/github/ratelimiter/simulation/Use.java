package io.github.ratelimiter.simulation;

import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.Policy;

/**
 * Permits that a caller may use, with the date that the guarantees define: the store's decision;
 * the turn of a reservation; the use, if they are from a lease or were granted by a fallback.
 *
 * @param since the order of the request that granted them; the earliest one if they may be from
 *     several leases
 * @param at in true time
 * @param serverAt on the server's clock
 * @param permits how many; negative if permits were returned unused
 * @param until until when others can take returned permits at once, while permits that were
 *     reserved or leased meanwhile keep their dates; otherwise {@code at}
 * @param policy the version under which they were granted
 * @param source what granted them
 */
record Use(
    long since, long at, long serverAt, long permits, long until, Policy policy, Source source) {
  /** Returns the same use if others can take the returned permits for longer. */
  Use freeUntil(long later) {
    return new Use(since, at, serverAt, permits, Math.max(until, later), policy, source);
  }
}
