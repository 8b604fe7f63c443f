package io.github.ratelimiter.spring.web.reactive;

import io.github.ratelimiter.http.HttpLimiter;
import io.github.ratelimiter.http.RefusalBody;
import io.github.ratelimiter.spring.RateLimiterProperties;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.web.reactive.DispatcherHandler;

/** Limits the requests of WebFlux applications. */
@AutoConfiguration(afterName = "io.github.ratelimiter.spring.web.HttpLimiterAutoConfiguration")
@ConditionalOnBooleanProperty(name = "ratelimiter.enabled", matchIfMissing = true)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnClass(DispatcherHandler.class)
final class WebFluxLimitAutoConfiguration {
  @Bean
  @ConditionalOnBean(HttpLimiter.class)
  RateLimitWebFilter rateLimitWebFilter(
      HttpLimiter limiter,
      RateLimiterProperties properties,
      ObjectProvider<DispatcherHandler> dispatcher) {
    return new RateLimitWebFilter(limiter, dispatcher, properties.web().filterOrder());
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
