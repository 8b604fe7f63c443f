package io.github.ratelimiter.spring.autoconfigure;

import io.github.ratelimiter.cache.AdmissionCache;
import io.github.ratelimiter.spring.RateLimiterProperties;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

/** Decides on leases of Redis. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(AdmissionCache.class)
@ConditionalOnBooleanProperty(name = "ratelimiter.cache.enabled", matchIfMissing = true)
final class CacheConfiguration {
  @Bean
  @Order(1)
  StoreWrapper rateLimiterCache(RateLimiterProperties properties) {
    RateLimiterProperties.Cache settings = properties.cache();
    return store ->
        AdmissionCache.around(store)
            .lease(settings.lease())
            .refusalAge(settings.refusalAge())
            .share(settings.share())
            .maximumKeys(settings.maximumKeys())
            .maximumBytes(settings.maximumSize().toBytes())
            .build();
  }
}
