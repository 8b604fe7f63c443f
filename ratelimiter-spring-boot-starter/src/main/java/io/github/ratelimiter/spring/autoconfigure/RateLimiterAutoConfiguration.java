package io.github.ratelimiter.spring.autoconfigure;

import io.github.ratelimiter.CallObserver;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.http.HttpLimiter;
import io.github.ratelimiter.http.RateLimitHeaders;
import io.github.ratelimiter.http.RefusalBody;
import io.github.ratelimiter.spring.RateLimiterProperties;
import io.github.ratelimiter.spring.RateLimiters;
import io.github.ratelimiter.spring.failure.InvalidSettingException;
import io.github.ratelimiter.store.StateStore;
import java.util.HashMap;
import java.util.Map;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** The store, the limiters, and how refusals look. */
@AutoConfiguration(
    afterName = "org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration")
@ConditionalOnBooleanProperty(name = "ratelimiter.enabled", matchIfMissing = true)
@EnableConfigurationProperties(RateLimiterProperties.class)
@Import({
  RedisStoreConfiguration.class,
  UnusableRedisConfiguration.class,
  FallbackConfiguration.class,
  CacheConfiguration.class,
  LocalStoreConfiguration.class,
  MissingRuleDatabaseConfiguration.class,
  MissingRulesConfiguration.class
})
final class RateLimiterAutoConfiguration {
  @Bean
  @ConditionalOnMissingBean
  RateLimiters rateLimiters(
      RateLimiterProperties properties,
      StateStore store,
      Map<String, RateLimiter> beans,
      ObjectProvider<CallObserver> observers,
      ListableBeanFactory factory) {
    Map<String, RateLimiter> limiters = new HashMap<>();
    properties
        .policies()
        .forEach((name, text) -> limiters.put(name, RateLimiter.of(policy(name, text), store)));
    limiters.putAll(beans);
    if (limiters.isEmpty()
        && factory.getBeanNamesForType(HttpLimiter.class, true, false).length == 0
        && factory.getBeanNamesForType(ObservedLimiter.class, true, false).length == 0) {
      throw InvalidSettingException.of(
          "ratelimiter-spring-boot-starter is present, but nothing is limited: there is no property"
              + " ratelimiter.policies.<name> or ratelimiter.rules.file, and no bean of the type"
              + " RateLimiter, HttpLimiter, Rules or RuleSet.",
          "Add a policy, for example ratelimiter.policies.login=5/min, or set"
              + " ratelimiter.enabled=false.");
    }
    for (RateLimiter limiter : limiters.values()) {
      observers.orderedStream().forEach(limiter::addObserver);
    }
    return new NamedLimiters(limiters);
  }

  private static Policy policy(String name, String text) {
    try {
      return Policy.parse(name, text);
    } catch (IllegalArgumentException e) {
      throw InvalidSettingException.ofProperty(
          "ratelimiter.policies." + name,
          text,
          String.valueOf(e.getMessage()),
          "Write a limit such as '100/min', '100/min burst 20' or '10/s; sliding-window 5000/day'.");
    }
  }

  @Bean
  @ConditionalOnMissingBean
  RateLimitHeaders rateLimitHeaders(RateLimiterProperties properties) {
    RateLimitHeaders headers =
        switch (properties.web().headers()) {
          case DRAFT -> RateLimitHeaders.draft();
          case LEGACY -> RateLimitHeaders.legacy();
          case GITHUB -> RateLimitHeaders.github();
          case ENVOY -> RateLimitHeaders.envoy();
          case NONE -> RateLimitHeaders.none();
        };
    return properties.web().exposeHeaders() ? headers.exposed() : headers;
  }

  @Bean
  @ConditionalOnMissingBean
  RefusalBody refusalBody(RateLimiterProperties properties) {
    return switch (properties.web().body()) {
      case PROBLEM -> RefusalBody.problemDetails();
      case ERROR -> RefusalBody.shortError();
    };
  }
}
