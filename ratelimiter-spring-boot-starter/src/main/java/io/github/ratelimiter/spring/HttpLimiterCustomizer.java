package io.github.ratelimiter.spring;

import io.github.ratelimiter.http.HttpLimiterBuilder;

/**
 * Changes a limiter of HTTP requests before it is built, for example to add limits that are chosen
 * by code. All beans of this type are called, in their order, after the properties have been
 * applied.
 *
 * <pre>{@code
 * (http, phase) -> {
 *   if (phase == RequestPhase.AFTER_SECURITY) {
 *     http.limits(byPlan);
 *   }
 * }
 * }</pre>
 */
@FunctionalInterface
public interface HttpLimiterCustomizer {
  /**
   * Changes a limiter. It is called once for each phase; without Spring Security, only for {@link
   * RequestPhase#AFTER_SECURITY}. What is added in both phases counts twice.
   *
   * @param builder the limiter, with the settings of the properties
   * @param phase when the limiter decides
   */
  void customize(HttpLimiterBuilder builder, RequestPhase phase);
}
