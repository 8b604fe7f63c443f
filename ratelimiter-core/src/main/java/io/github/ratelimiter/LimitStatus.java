package io.github.ratelimiter;

import java.time.Duration;

/**
 * What one limit of a policy leaves of a key after a decision.
 *
 * @param limit the limit
 * @param remaining permits that could be taken now. Limit 10, four used: 6
 * @param resetAfter how long until all permits of the limit are available again, if nothing more is
 *     taken. Token bucket 10/s, five used: 500 ms
 */
public record LimitStatus(Limit limit, long remaining, Duration resetAfter) {}
