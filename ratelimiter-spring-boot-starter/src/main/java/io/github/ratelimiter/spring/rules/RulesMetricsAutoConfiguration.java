package io.github.ratelimiter.spring.rules;

import io.github.ratelimiter.micrometer.RulesMetrics;
import io.github.ratelimiter.rules.Rules;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;

/** The meters of rules, if the application has a registry. */
@AutoConfiguration(
    after = RulesAutoConfiguration.class,
    afterName =
        "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnBooleanProperty(name = "ratelimiter.enabled", matchIfMissing = true)
@ConditionalOnClass({Rules.class, RulesMetrics.class, MeterRegistry.class})
@ConditionalOnSingleCandidate(MeterRegistry.class)
final class RulesMetricsAutoConfiguration {
  @Bean
  @ConditionalOnBean(Rules.class)
  RulesMetrics rateLimiterRulesMetrics(Rules rules, MeterRegistry registry) {
    RulesMetrics metrics = new RulesMetrics(rules);
    metrics.bindTo(registry);
    return metrics;
  }
}
