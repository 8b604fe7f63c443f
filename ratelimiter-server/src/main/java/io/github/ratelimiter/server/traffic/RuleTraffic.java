package io.github.ratelimiter.server.traffic;

/**
 * What a rule decided in the last 50 to 60 seconds. Immutable.
 *
 * @param rule the ID of the rule
 * @param allowed the calls that it allowed
 * @param refused the calls that it refused, also those that it would have refused in shadow
 */
public record RuleTraffic(String rule, long allowed, long refused) {}
