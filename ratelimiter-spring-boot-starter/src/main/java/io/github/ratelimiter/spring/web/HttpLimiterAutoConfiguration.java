package io.github.ratelimiter.spring.web;

import io.github.ratelimiter.http.HttpLimiter;
import io.github.ratelimiter.http.RateLimitHeaders;
import io.github.ratelimiter.http.RefusalBody;
import io.github.ratelimiter.http.RequestKey;
import io.github.ratelimiter.spring.ApiKeys;
import io.github.ratelimiter.spring.HttpLimiterCustomizer;
import io.github.ratelimiter.spring.RateLimiterProperties;
import io.github.ratelimiter.spring.RateLimiterProperties.Web;
import io.github.ratelimiter.spring.RateLimiters;
import java.util.Map;
import java.util.Optional;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

/** The limiters of HTTP requests. */
@AutoConfiguration(
    afterName = {
      "io.github.ratelimiter.spring.autoconfigure.RateLimiterAutoConfiguration",
      "io.github.ratelimiter.spring.rules.RulesAutoConfiguration"
    })
@ConditionalOnBooleanProperty(name = "ratelimiter.enabled", matchIfMissing = true)
@ConditionalOnWebApplication
final class HttpLimiterAutoConfiguration {
  @Bean
  @ConditionalOnBean(HttpLimiter.class)
  FilterLimiters limiterOfApplication(HttpLimiter limiter) {
    return new FilterLimiters(Optional.empty(), Optional.of(limiter));
  }

  @Bean
  @ConditionalOnMissingBean({HttpLimiter.class, FilterLimiters.class})
  @Conditional(OnRequestLimits.class)
  FilterLimiters rateLimitFilterLimiters(
      RateLimiterProperties properties,
      RateLimiters limiters,
      RateLimitHeaders headers,
      RefusalBody body,
      Map<String, RequestKey> keys,
      ObjectProvider<ApiKeys> apiKeys,
      ObjectProvider<PhasedLimits> others,
      ObjectProvider<HttpLimiterCustomizer> customizers,
      BeanFactory factory) {
    Web web = properties.web();
    KeyNames names = new KeyNames(web, keys, apiKeys.getIfAvailable());
    LimitsOfProperties limits = new LimitsOfProperties(limiters, names);
    PhasedBuilders builders = new PhasedBuilders(web, headers, body, SecurityFilter.isIn(factory));
    for (int i = 0; i < web.limits().size(); i++) {
      String property = "ratelimiter.web.limits[" + i + "]";
      builders.add(limits.of(web.limits().get(i), property));
    }
    others.orderedStream().forEach(builders::add);
    customizers.orderedStream().forEach(builders::customize);
    return builders.build();
  }
}
