package io.github.ratelimiter.spring.autoconfigure;

import io.github.ratelimiter.spring.failure.InvalidSettingException;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Refuses to start without the module of rules in PostgreSQL if the rules are there. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty("ratelimiter.rules.database.enabled")
@ConditionalOnMissingClass("io.github.ratelimiter.rules.postgresql.RuleDatabase")
final class MissingRuleDatabaseConfiguration {
  @Bean
  @SuppressWarnings("DoNotCallSuggester") // Spring calls it, and reports what it throws.
  ObservedLimiter rateLimiterRuleDatabaseLimiter() {
    throw InvalidSettingException.ofProperty(
        "ratelimiter.rules.database.enabled",
        true,
        "the module ratelimiter-rules-postgresql is not there",
        "Add the dependency io.github.ratelimiter:ratelimiter-rules-postgresql, or remove the property.");
  }
}
