package io.github.ratelimiter.spring.autoconfigure;

import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.spring.RateLimiterProperties;
import io.github.ratelimiter.store.StateStore;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The store in the process. Is imported after the store in Redis. */
@Configuration(proxyBeanMethods = false)
final class LocalStoreConfiguration {
  @Bean
  @ConditionalOnMissingBean(StateStore.class)
  LocalStateStore rateLimiterStore(RateLimiterProperties properties) {
    return LocalStateStore.builder().maximumKeys(properties.local().maximumKeys()).build();
  }
}
