package io.github.ratelimiter.spring.web.reactive;

import io.github.ratelimiter.http.RefusalBody;
import io.github.ratelimiter.spring.RateLimiterProperties;
import io.github.ratelimiter.spring.web.FilterLimiters;
import io.github.ratelimiter.spring.web.SecurityFilter;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.web.reactive.DispatcherHandler;

/** Limits the requests of WebFlux applications. */
@AutoConfiguration(afterName = "io.github.ratelimiter.spring.web.HttpLimiterAutoConfiguration")
@ConditionalOnBooleanProperty(name = "ratelimiter.enabled", matchIfMissing = true)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnClass(DispatcherHandler.class)
final class WebFluxLimitAutoConfiguration {
  @Bean
  @ConditionalOnBean(FilterLimiters.class)
  RateLimitWebFilter rateLimitWebFilterBeforeSecurity(
      FilterLimiters limiters,
      Environment environment,
      ObjectProvider<DispatcherHandler> dispatcher) {
    return new RateLimitWebFilter(
        limiters.beforeSecurity(), dispatcher, SecurityFilter.orderBefore(environment));
  }

  @Bean
  @ConditionalOnBean(FilterLimiters.class)
  RateLimitWebFilter rateLimitWebFilter(
      FilterLimiters limiters,
      RateLimiterProperties properties,
      ObjectProvider<DispatcherHandler> dispatcher) {
    return new RateLimitWebFilter(
        limiters.afterSecurity(), dispatcher, properties.web().filterOrder());
  }

  @Bean
  RefusalMapping rateLimitRefusalMapping() {
    return new RefusalMapping();
  }

  @Bean
  RefusalExceptionHandler rateLimitRefusalExceptionHandler(RefusalBody body) {
    return new RefusalExceptionHandler(body);
  }
}
