package io.github.ratelimiter.bench.spring;

import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.github.resilience4j.ratelimiter.RateLimiterRegistry;
import io.github.resilience4j.spring6.fallback.FallbackExecutor;
import io.github.resilience4j.spring6.fallback.configure.FallbackConfiguration;
import io.github.resilience4j.spring6.ratelimiter.configure.RateLimiterAspect;
import io.github.resilience4j.spring6.ratelimiter.configure.RateLimiterConfigurationProperties;
import io.github.resilience4j.spring6.spelresolver.SpelResolver;
import io.github.resilience4j.spring6.spelresolver.configure.SpelResolverConfiguration;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

/** The aspect of Resilience4j, as its starter sets it up. There is none for Spring Boot 4. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(Resilience4j.LIMIT)
@Import({FallbackConfiguration.class, SpelResolverConfiguration.class})
class Resilience4j {
  /** The property of the limit. */
  static final String LIMIT = "resilience4j.limit";

  @Bean
  RateLimiterRegistry registry(Environment environment) {
    return RateLimiterRegistry.of(
        RateLimiterConfig.custom()
            .limitForPeriod(environment.getRequiredProperty(LIMIT, Integer.class))
            .limitRefreshPeriod(Duration.ofHours(1))
            .timeoutDuration(Duration.ZERO)
            .build());
  }

  @Bean
  RateLimiterAspect aspect(
      RateLimiterRegistry registry, FallbackExecutor fallback, SpelResolver spel) {
    return new RateLimiterAspect(
        registry, new RateLimiterConfigurationProperties(), List.of(), fallback, spel);
  }
}
