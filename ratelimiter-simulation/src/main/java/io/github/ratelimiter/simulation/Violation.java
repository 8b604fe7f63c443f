package io.github.ratelimiter.simulation;

/**
 * A published guarantee that did not hold.
 *
 * @param rule the rule, in a word or two
 * @param story what happened
 */
record Violation(String rule, String story) {}
