package io.github.ratelimiter.rules;

import java.time.Instant;

/**
 * A set of rules that was put into force. Immutable.
 *
 * @param number counts from 1; a rollback has a number of its own
 * @param time when it was put into force
 * @param author who put it into force
 * @param rules the rules
 */
public record RuleVersion(long number, Instant time, String author, RuleSet rules) {}
