package io.github.ratelimiter.spring.web;

import io.github.ratelimiter.http.RequestLimits;
import io.github.ratelimiter.spring.RequestPhase;

/**
 * Limits on requests that other parts of the starter contribute.
 *
 * @param phase when they are decided
 * @param limits the limits
 */
public record PhasedLimits(RequestPhase phase, RequestLimits limits) {}
