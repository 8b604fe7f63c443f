package io.github.ratelimiter.spring.web;

import io.github.ratelimiter.http.HttpLimiter;
import io.github.ratelimiter.http.HttpLimiterBuilder;
import io.github.ratelimiter.http.HttpRequest;
import io.github.ratelimiter.http.RateLimitHeaders;
import io.github.ratelimiter.http.RefusalBody;
import io.github.ratelimiter.http.RequestFilters;
import io.github.ratelimiter.http.RequestKey;
import io.github.ratelimiter.spring.ApiKeys;
import io.github.ratelimiter.spring.HttpLimiterCustomizer;
import io.github.ratelimiter.spring.RateLimiterProperties;
import io.github.ratelimiter.spring.RateLimiterProperties.Skip;
import io.github.ratelimiter.spring.RateLimiters;
import io.github.ratelimiter.spring.failure.InvalidSettingException;
import java.util.Map;
import java.util.function.Predicate;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

/** The limiter of HTTP requests. */
@AutoConfiguration(
    afterName = "io.github.ratelimiter.spring.autoconfigure.RateLimiterAutoConfiguration")
@ConditionalOnBooleanProperty(name = "ratelimiter.enabled", matchIfMissing = true)
@ConditionalOnWebApplication
final class HttpLimiterAutoConfiguration {
  @Bean
  @ConditionalOnMissingBean
  @Conditional(OnRequestLimits.class)
  HttpLimiter httpLimiter(
      RateLimiterProperties properties,
      RateLimiters limiters,
      RateLimitHeaders headers,
      RefusalBody body,
      Map<String, RequestKey> keys,
      ObjectProvider<ApiKeys> apiKeys,
      ObjectProvider<HttpLimiterCustomizer> customizers) {
    RateLimiterProperties.Web web = properties.web();
    HttpLimiterBuilder http =
        HttpLimiter.builder()
            .skip(skipped(web.skip()))
            .headers(headers)
            .body(body)
            .failureMode(web.failureMode())
            .maxWait(web.maxWait());
    LimitsOfProperties limits =
        new LimitsOfProperties(limiters, new KeyNames(web, keys, apiKeys.getIfAvailable()));
    for (int i = 0; i < web.limits().size(); i++) {
      http.limits(limits.of(web.limits().get(i), "ratelimiter.web.limits[" + i + "]"));
    }
    customizers.orderedStream().forEach(customizer -> customizer.customize(http));
    return http.build();
  }

  private static Predicate<HttpRequest> skipped(Skip skip) {
    try {
      return skip.methods().stream()
          .map(RequestFilters::method)
          .reduce(RequestFilters.pathPrefix(skip.paths().toArray(String[]::new)), Predicate::or);
    } catch (IllegalArgumentException e) {
      throw InvalidSettingException.ofProperty(
          "ratelimiter.web.skip.paths",
          skip.paths(),
          String.valueOf(e.getMessage()),
          "Write the beginning of a path, for example /static/.");
    }
  }
}
