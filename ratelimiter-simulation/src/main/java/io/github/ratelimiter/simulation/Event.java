package io.github.ratelimiter.simulation;

/**
 * A planned event. Its details are drawn from its own seed when it happens, so removing an event
 * does not change the others.
 *
 * @param index its position in the whole plan
 * @param at when it happens
 * @param kind its kind
 * @param seed the seed of its details
 */
record Event(int index, long at, Kind kind, long seed) {}
