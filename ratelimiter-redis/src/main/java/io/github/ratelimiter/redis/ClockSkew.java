package io.github.ratelimiter.redis;

import java.time.Duration;

/**
 * The difference between the clock of a Redis server and the clock of this process. Decisions do
 * not depend on it: only the server's clock decides.
 *
 * @param difference the server's time minus this process's. This process an hour ahead: -1 h
 * @param bound the largest error of {@code difference}: half the round trip in which it was
 *     measured
 */
public record ClockSkew(Duration difference, Duration bound) {}
