package io.github.ratelimiter.spring.web;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.core.env.Environment;

/** The filter of Spring Security, which is not a dependency. */
public final class SecurityFilter {
  private static final String SERVLET = "springSecurityFilterChain";
  private static final String WEB_FLUX =
      "org.springframework.security.config.annotation.web.reactive.WebFluxSecurityConfiguration"
          + ".WebFilterChainFilter";
  private static final int DEFAULT_ORDER = -100;

  private SecurityFilter() {}

  static boolean isIn(BeanFactory factory) {
    return factory.containsBean(SERVLET) || factory.containsBean(WEB_FLUX);
  }

  /**
   * Returns the order of a filter that is directly before it: after those that prepare the request
   * for exception handlers, for example that of the request scope, which has -105.
   */
  public static int orderBefore(Environment environment) {
    return environment.getProperty("spring.security.filter.order", Integer.class, DEFAULT_ORDER)
        - 1;
  }
}
