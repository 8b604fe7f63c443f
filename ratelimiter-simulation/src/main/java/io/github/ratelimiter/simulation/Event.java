package io.github.ratelimiter.simulation;

/**
 * Something that a plan asks for. What exactly is drawn from the event's own seed when it happens,
 * so that without it the others stay what they are.
 *
 * @param index its place in the whole plan
 * @param at when
 * @param kind what
 * @param seed of its details
 */
record Event(int index, long at, Kind kind, long seed) {}
