package io.github.ratelimiter.redis;

import java.time.Duration;

/**
 * How far the clock of a Redis server is ahead of this process's. No decision depends on it: the
 * server's clock alone decides.
 *
 * @param difference the server's time minus this process's. This process an hour ahead: -1 h
 * @param bound how far off {@code difference} may be: half the round trip in which it was measured
 */
public record ClockSkew(Duration difference, Duration bound) {}
