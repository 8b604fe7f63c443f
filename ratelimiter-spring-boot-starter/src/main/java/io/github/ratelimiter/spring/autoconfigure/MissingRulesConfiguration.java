package io.github.ratelimiter.spring.autoconfigure;

import io.github.ratelimiter.spring.RateLimiterProperties;
import io.github.ratelimiter.spring.failure.InvalidSettingException;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Refuses to start without the module of rules if there is a file of rules. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("ratelimiter.rules.file")
@ConditionalOnMissingClass("io.github.ratelimiter.rules.Rules")
final class MissingRulesConfiguration {
  @Bean
  @SuppressWarnings("DoNotCallSuggester") // Spring calls it, and reports what it throws.
  ObservedLimiter rateLimiterRulesLimiter(RateLimiterProperties properties) {
    throw InvalidSettingException.ofProperty(
        "ratelimiter.rules.file",
        String.valueOf(properties.rules().file()),
        "the module ratelimiter-rules is not there",
        "Add the dependency io.github.ratelimiter:ratelimiter-rules, or remove the property.");
  }
}
