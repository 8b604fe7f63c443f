package io.github.ratelimiter.algorithm;

/**
 * The time of a grant, by which counters give its permits back.
 *
 * @param grantedAt when the permits were granted, in microseconds since the Unix epoch
 * @param usedAt when they count as used
 * @param until the latest instant at which any permit counts as used that was granted ahead
 */
public record Span(long grantedAt, long usedAt, long until) {}
