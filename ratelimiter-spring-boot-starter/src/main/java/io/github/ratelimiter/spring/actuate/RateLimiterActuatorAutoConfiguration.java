package io.github.ratelimiter.spring.actuate;

import io.github.ratelimiter.observe.TopLimitedKeys;
import io.github.ratelimiter.spring.RateLimiters;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The endpoint and the health indicator of the actuator. */
@AutoConfiguration(
    afterName = "io.github.ratelimiter.spring.autoconfigure.RateLimiterAutoConfiguration")
@ConditionalOnBooleanProperty(name = "ratelimiter.enabled", matchIfMissing = true)
final class RateLimiterActuatorAutoConfiguration {
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
  @ConditionalOnAvailableEndpoint(RateLimiterEndpoint.class)
  static final class EndpointConfiguration {
    /** Observes all limiters, as every bean of its type does. */
    @Bean
    @ConditionalOnMissingBean
    TopLimitedKeys topLimitedKeys() {
      return TopLimitedKeys.create();
    }

    @Bean
    RateLimiterEndpoint rateLimiterEndpoint(RateLimiters limiters, TopLimitedKeys top) {
      return new RateLimiterEndpoint(limiters, top);
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
  @ConditionalOnEnabledHealthIndicator("ratelimiter")
  static final class HealthConfiguration {
    @Bean
    @ConditionalOnMissingBean(name = "rateLimiterHealthIndicator")
    HealthIndicator rateLimiterHealthIndicator(RateLimiters limiters) {
      return new RateLimiterHealthIndicator(limiters);
    }
  }
}
