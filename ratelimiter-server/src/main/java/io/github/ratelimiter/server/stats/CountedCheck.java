package io.github.ratelimiter.server.stats;

import java.util.Optional;

/**
 * A check as it is counted. Immutable.
 *
 * @param micros when it ended, in microseconds since 1970
 * @param user the user, if it has one
 * @param endpoint what was asked for; empty unless it was rejected
 */
record CountedCheck(long micros, Optional<String> user, String endpoint, Outcome outcome) {}
