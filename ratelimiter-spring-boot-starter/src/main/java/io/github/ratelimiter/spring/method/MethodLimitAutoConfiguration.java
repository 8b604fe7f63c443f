package io.github.ratelimiter.spring.method;

import io.github.ratelimiter.http.RateLimitHeaders;
import io.github.ratelimiter.spring.RateLimiterProperties;
import io.github.ratelimiter.spring.RateLimiters;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Role;
import org.springframework.util.function.SingletonSupplier;

/** Limits the calls of annotated methods. */
@AutoConfiguration(
    afterName = "io.github.ratelimiter.spring.autoconfigure.RateLimiterAutoConfiguration")
@ConditionalOnBooleanProperty(name = "ratelimiter.enabled", matchIfMissing = true)
@ConditionalOnBooleanProperty(name = "ratelimiter.method.enabled", matchIfMissing = true)
final class MethodLimitAutoConfiguration {
  /** Post processors are created before other beans, so everything is looked up late. */
  @Bean
  @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
  static RateLimitedPostProcessor rateLimitedPostProcessor(
      BeanFactory factory,
      ObjectProvider<RateLimiters> limiters,
      ObjectProvider<RateLimiterProperties> properties,
      ObjectProvider<RateLimitHeaders> headers) {
    MethodLimits limits = new MethodLimits(limiters::getObject);
    SingletonSupplier<CallDecider> decider =
        SingletonSupplier.of(
            () -> CallDecider.of(properties.getObject().method(), headers.getObject(), factory));
    return new RateLimitedPostProcessor(
        limits, decider::obtain, new RateLimitInterceptor(limits, decider::obtain, factory));
  }
}
