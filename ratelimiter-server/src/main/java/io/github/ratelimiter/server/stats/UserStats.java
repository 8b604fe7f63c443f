package io.github.ratelimiter.server.stats;

import java.time.Instant;

/**
 * The checks of a user. Immutable.
 *
 * @param user the user
 * @param from the begin of the first minute
 * @param to the end of the time
 * @param allowed how many were allowed, at least
 * @param rejected how many were rejected, at least
 * @param error by how many both together may be too low, because the user was one of too many in a
 *     minute
 * @param everywhere whether the checks of all instances are in it; otherwise those of this one
 */
public record UserStats(
    String user,
    Instant from,
    Instant to,
    long allowed,
    long rejected,
    long error,
    boolean everywhere) {}
