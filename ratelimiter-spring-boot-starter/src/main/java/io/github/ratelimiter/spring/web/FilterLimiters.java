package io.github.ratelimiter.spring.web;

import io.github.ratelimiter.http.HttpLimiter;
import java.util.Optional;

/**
 * The limiters of the filters. All limits of one phase are decided together.
 *
 * @param beforeSecurity decides before Spring Security
 * @param afterSecurity decides after Spring Security, or alone
 */
public record FilterLimiters(
    Optional<HttpLimiter> beforeSecurity, Optional<HttpLimiter> afterSecurity) {}
