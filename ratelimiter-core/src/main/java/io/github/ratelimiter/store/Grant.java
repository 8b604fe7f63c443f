package io.github.ratelimiter.store;

/**
 * Permits that were granted ahead of their use, by {@link Request.Lease} or {@link
 * Request.Reserve}: what a store must be told to take them back. All instants are the store's.
 *
 * @param permits how many, at least 1
 * @param atMicros when they were granted, in microseconds since the Unix epoch
 * @param usedAtMicros when they count as used: the end of the lease, or the turn of the caller that
 *     reserved them; never before {@code atMicros}
 * @param generation the generation of the key's state: after a reset, an eviction or a flush the
 *     state has another one, and takes nothing back
 */
public record Grant(long permits, long atMicros, long usedAtMicros, long generation) {
  /**
   * How long after the grant its permits count as used: the length of a lease, or the time that a
   * caller waits for its turn.
   *
   * @return microseconds, 0 or more
   */
  public long delayMicros() {
    return usedAtMicros - atMicros;
  }
}
