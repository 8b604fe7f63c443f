package io.github.ratelimiter.spring.autoconfigure;

import io.github.ratelimiter.fallback.Fallback;
import io.github.ratelimiter.fallback.FallbackBuilder;
import io.github.ratelimiter.spring.RateLimiterProperties;
import io.github.ratelimiter.store.StateStore;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

/** Decides while Redis is down. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(Fallback.class)
@ConditionalOnBooleanProperty(name = "ratelimiter.fallback.enabled", matchIfMissing = true)
final class FallbackConfiguration {
  @Bean
  @Order(0)
  StoreWrapper rateLimiterFallback(RateLimiterProperties properties) {
    return store -> fallback(store, properties.fallback());
  }

  private static Fallback fallback(StateStore store, RateLimiterProperties.Fallback settings) {
    FallbackBuilder fallback =
        Fallback.around(store)
            .mode(mode(settings.mode()))
            .leastInstances(settings.leastInstances())
            .maximumKeys(settings.maximumKeys())
            .failureRate(settings.failureRate())
            .slowCall(settings.slowCall())
            .slowCallRate(settings.slowCallRate())
            .window(settings.window(), settings.minimumCalls())
            .probeAfter(settings.probeAfter())
            .probes(settings.probes());
    settings.modes().forEach((policy, mode) -> fallback.mode(policy, mode(mode)));
    return fallback.build();
  }

  private static Fallback.Mode mode(RateLimiterProperties.Mode mode) {
    return switch (mode) {
      case ALLOW -> Fallback.Mode.ALLOW;
      case REFUSE -> Fallback.Mode.REFUSE;
      case LOCAL -> Fallback.Mode.LOCAL;
    };
  }
}
