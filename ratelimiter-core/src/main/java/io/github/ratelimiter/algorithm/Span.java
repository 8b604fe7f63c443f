package io.github.ratelimiter.algorithm;

/**
 * The times of a grant, which counters need to take its permits back.
 *
 * @param grantedAt when the permits were granted, in microseconds since the Unix epoch
 * @param usedAt when they count as used
 * @param until the latest instant at which any permit that was granted before its use counts as
 *     used
 */
public record Span(long grantedAt, long usedAt, long until) {}
