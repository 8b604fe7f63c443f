package io.github.ratelimiter.server.check;

import java.time.Instant;
import java.util.Optional;

/**
 * The result of a reservation. Immutable.
 *
 * @param check what the limits decided
 * @param reservation what was reserved; empty if the request is refused
 */
public record ReserveResult(CheckResult check, Optional<Reserved> reservation) {
  /**
   * A cost that was reserved. Immutable.
   *
   * @param id what {@link Reservations#settle} needs
   * @param end until when it can be settled
   * @param maxCost the cost
   */
  public record Reserved(String id, Instant end, long maxCost) {}
}
