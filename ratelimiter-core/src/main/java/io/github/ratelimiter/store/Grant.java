package io.github.ratelimiter.store;

/**
 * Permits that can be returned: those of a {@link Request.Hold}, a {@link Request.Lease} or a
 * {@link Request.Reserve}. A store needs it to take the permits back. All instants are on the
 * store's clock.
 *
 * @param permits how many, at least 1
 * @param atMicros when they were granted, in microseconds since the Unix epoch
 * @param usedAtMicros when they count as used: the end of the lease, or the turn of the caller that
 *     reserved them; never before {@code atMicros}
 * @param generation the generation of the key's state; after a reset, an eviction or a flush the
 *     state has another one and takes nothing back
 */
public record Grant(long permits, long atMicros, long usedAtMicros, long generation) {
  /**
   * Returns the time from the grant until its permits count as used: the length of a lease, or the
   * time that a caller waits for its turn.
   *
   * @return microseconds, 0 or more
   */
  public long delayMicros() {
    return usedAtMicros - atMicros;
  }
}
