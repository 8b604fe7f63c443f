package io.github.ratelimiter.simulation;

/**
 * Something that is published and did not hold.
 *
 * @param rule which, in a word or two
 * @param story what happened
 */
record Violation(String rule, String story) {}
