package io.github.ratelimiter.spring.rules;

import io.github.ratelimiter.observe.TopLimitedKeys;
import io.github.ratelimiter.rules.Rules;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The endpoint and the health indicator of rules. */
@AutoConfiguration(
    after = RulesAutoConfiguration.class,
    afterName = "io.github.ratelimiter.spring.actuate.RateLimiterActuatorAutoConfiguration")
@ConditionalOnBooleanProperty(name = "ratelimiter.enabled", matchIfMissing = true)
@ConditionalOnClass(Rules.class)
@ConditionalOnBean(Rules.class)
final class RulesActuatorAutoConfiguration {
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
  @ConditionalOnAvailableEndpoint(RulesEndpoint.class)
  static final class EndpointConfiguration {
    /** Observes all limiters, as every bean of its type does. */
    @Bean
    @ConditionalOnMissingBean
    TopLimitedKeys topLimitedKeys() {
      return TopLimitedKeys.create();
    }

    @Bean
    RulesEndpoint rateLimiterRulesEndpoint(
        Rules rules, ObjectProvider<RulesSource> source, TopLimitedKeys top) {
      return new RulesEndpoint(rules, source.getIfAvailable(), top);
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
  @ConditionalOnEnabledHealthIndicator("ratelimiterrules")
  static final class HealthConfiguration {
    @Bean
    @ConditionalOnMissingBean(name = "rateLimiterRulesHealthIndicator")
    HealthIndicator rateLimiterRulesHealthIndicator(
        Rules rules, ObjectProvider<RulesSource> source) {
      return new RulesHealthIndicator(rules, source.getIfAvailable());
    }
  }
}
