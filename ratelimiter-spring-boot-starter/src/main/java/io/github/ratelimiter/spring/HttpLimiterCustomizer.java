package io.github.ratelimiter.spring;

import io.github.ratelimiter.http.HttpLimiterBuilder;

/**
 * Changes the limiter of HTTP requests before it is built, for example to add limits that are
 * chosen by code. All beans of this type are called, in their order, after the properties have been
 * applied.
 */
@FunctionalInterface
public interface HttpLimiterCustomizer {
  /**
   * Changes a limiter.
   *
   * @param builder the limiter, with the settings of the properties
   */
  void customize(HttpLimiterBuilder builder);
}
