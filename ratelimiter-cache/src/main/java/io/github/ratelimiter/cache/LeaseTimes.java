package io.github.ratelimiter.cache;

import io.github.ratelimiter.store.Grant;

/**
 * The instants of a lease, in microseconds of this process's clock.
 *
 * @param start when the lease was requested; the store granted it no earlier
 * @param received when it was received; its permits are spent from then on
 * @param renewAt when the next lease is requested, even if permits are left
 * @param returnAt when the permits that were not spent are returned to the store
 * @param end when it ends: no later than in the store
 */
record LeaseTimes(long start, long received, long renewAt, long returnAt, long end) {
  /** This many calls should come between {@code renewAt} and {@code returnAt}. */
  private static final int CALLS_TO_RENEW = 4;

  /**
   * Computes the instants of a lease.
   *
   * @param slot the slot of its key
   * @param grant the grant of the store
   * @param start when the lease was requested
   * @param received when it was received
   * @param lagMicros the maximum lag of the clock; the lease ends earlier by that
   * @param renewalMicros the time that the store takes to grant the next lease
   */
  static LeaseTimes of(
      Slot slot, Grant grant, long start, long received, long lagMicros, long renewalMicros) {
    long end = start + grant.delayMicros() - lagMicros;
    long length = Math.max(end - start, 1);
    long returnAt = end - length / slot.returnPart;
    long lead = Math.max(CALLS_TO_RENEW * (length / grant.permits()), 2 * renewalMicros);
    long renewAt = Math.max(start + length / 2, returnAt - lead);
    return new LeaseTimes(start, received, renewAt, returnAt, end);
  }

  long length() {
    return Math.max(end - start, 1);
  }
}
