package io.github.ratelimiter.server.stats;

import java.time.Instant;
import java.util.List;

/**
 * The checks of all. Immutable.
 *
 * @param from the begin of the first minute
 * @param to the end of the time
 * @param allowed how many were allowed
 * @param rejected how many were rejected
 * @param errors how many were refused because the limits could not decide
 * @param dropped how many are not in these numbers, because too many came at once, or they could
 *     not be stored
 * @param users the users who were rejected most, the first most
 * @param endpoints the endpoints at which most were rejected, the first most
 * @param everywhere whether the checks of all instances are in it; otherwise those of this one
 */
public record GlobalStats(
    Instant from,
    Instant to,
    long allowed,
    long rejected,
    long errors,
    long dropped,
    List<Limited> users,
    List<Limited> endpoints,
    boolean everywhere) {
  /**
   * Who or what was rejected.
   *
   * @param name the user, or the endpoint
   * @param rejected how often, at most
   * @param error by how much that may be too high
   */
  public record Limited(String name, long rejected, long error) {}

  /** Returns the part of the checks that was rejected, 0 to 1. */
  public double rejectionRate() {
    long decided = allowed + rejected;
    return decided == 0 ? 0 : (double) rejected / decided;
  }
}
