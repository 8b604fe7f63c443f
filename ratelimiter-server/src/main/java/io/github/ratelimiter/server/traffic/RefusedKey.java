package io.github.ratelimiter.server.traffic;

/**
 * A key that a rule refuses often. Immutable.
 *
 * @param rule the ID of the rule
 * @param key the key, which may be personal data
 * @param refusals an upper bound of the number of refused calls
 * @param error the most by which the bound may be too high
 */
public record RefusedKey(String rule, String key, long refusals, long error) {}
