package io.github.ratelimiter.spring.autoconfigure;

import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.micrometer.RateLimiterMetrics;
import io.github.ratelimiter.opentelemetry.RateLimiterTracing;
import io.github.ratelimiter.spring.RateLimiters;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Metrics and traces, if the application has a registry or OpenTelemetry. */
@AutoConfiguration(
    after = RateLimiterAutoConfiguration.class,
    afterName = {
      "io.github.ratelimiter.spring.rules.RulesAutoConfiguration",
      "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
      "org.springframework.boot.opentelemetry.autoconfigure.OpenTelemetrySdkAutoConfiguration"
    })
@ConditionalOnBooleanProperty(name = "ratelimiter.enabled", matchIfMissing = true)
final class ObservationAutoConfiguration {
  private static List<RateLimiter> all(
      RateLimiters limiters, ObjectProvider<ObservedLimiter> others) {
    return Stream.concat(
            limiters.names().stream().map(limiters::get),
            others.orderedStream().map(ObservedLimiter::limiter))
        .toList();
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass({RateLimiterMetrics.class, MeterRegistry.class})
  @ConditionalOnSingleCandidate(MeterRegistry.class)
  static final class MetricsConfiguration {
    @Bean
    LimiterMetrics rateLimiterMetrics(
        RateLimiters limiters, ObjectProvider<ObservedLimiter> others, MeterRegistry registry) {
      return new LimiterMetrics(all(limiters, others), registry);
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass({RateLimiterTracing.class, OpenTelemetry.class})
  @ConditionalOnSingleCandidate(OpenTelemetry.class)
  static final class TracingConfiguration {
    @Bean
    LimiterTraces rateLimiterTraces(
        RateLimiters limiters,
        ObjectProvider<ObservedLimiter> others,
        OpenTelemetry openTelemetry) {
      return new LimiterTraces(all(limiters, others), openTelemetry);
    }
  }
}
