package io.github.ratelimiter.spring.autoconfigure;

import io.github.ratelimiter.RateLimiter;

/**
 * A limiter that has metrics and traces, and is not a policy of its own: that of all rules.
 *
 * @param limiter the limiter
 */
public record ObservedLimiter(RateLimiter limiter) {}
