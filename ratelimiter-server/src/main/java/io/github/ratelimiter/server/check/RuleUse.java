package io.github.ratelimiter.server.check;

import io.github.ratelimiter.Decision;

/**
 * What one rule has to do with a request. Immutable.
 *
 * @param rule the ID of the rule
 * @param key what it counts
 * @param state the state of the key
 */
public record RuleUse(String rule, String key, Decision state) {}
