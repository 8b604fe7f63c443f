package io.github.ratelimiter.spring.rules;

import io.github.ratelimiter.CallObserver;
import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.rules.Rules;
import io.github.ratelimiter.rules.RulesBuilder;
import io.github.ratelimiter.rules.RulesListener;
import io.github.ratelimiter.rules.file.FollowedFile;
import io.github.ratelimiter.spring.ApiKeys;
import io.github.ratelimiter.spring.RateLimiterProperties;
import io.github.ratelimiter.spring.autoconfigure.ObservedLimiter;
import io.github.ratelimiter.spring.failure.InvalidSettingException;
import io.github.ratelimiter.spring.web.ClientAddresses;
import io.github.ratelimiter.spring.web.PhasedLimits;
import io.github.ratelimiter.store.StateStore;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.env.ConfigurableEnvironment;

/** The rules, and the file that they follow. */
@AutoConfiguration(
    afterName = "io.github.ratelimiter.spring.autoconfigure.RateLimiterAutoConfiguration")
@ConditionalOnBooleanProperty(name = "ratelimiter.enabled", matchIfMissing = true)
@ConditionalOnClass(Rules.class)
final class RulesAutoConfiguration {
  private static final String FILE = "ratelimiter.rules.file";

  @Bean
  @ConditionalOnProperty(FILE)
  RulesSource rateLimiterRulesSource(
      RateLimiterProperties properties, ConfigurableEnvironment environment) {
    return RulesSource.of(properties.rules(), environment);
  }

  @Bean
  @ConditionalOnMissingBean
  @Conditional(OnRuleSet.class)
  Rules rateLimiterRules(
      StateStore store,
      RateLimiterProperties properties,
      ObjectProvider<RulesSource> files,
      ObjectProvider<RuleSet> sets,
      ObjectProvider<ApiKeys> apiKeys) {
    RulesBuilder rules =
        Rules.builder(store)
            .address(ClientAddresses.of(properties.web()))
            .rules(first(files.getIfAvailable(), sets.getIfAvailable()));
    RateLimiterProperties.ApiKey apiKey = properties.web().apiKey();
    ApiKeys known = apiKeys.getIfAvailable();
    if (known != null) {
      rules.apiKey(apiKey.header(), known::isKnown);
    } else if (apiKey.verified()) {
      rules.apiKey(apiKey.header(), key -> true);
    }
    return rules.build();
  }

  /** Requires one of the two. */
  private static RuleSet first(@Nullable RulesSource file, @Nullable RuleSet bean) {
    if (file == null) {
      return Objects.requireNonNull(bean, "bean");
    }
    if (bean != null) {
      throw InvalidSettingException.ofProperty(
          FILE,
          file.file(),
          "there is a bean of the type RuleSet as well",
          "Remove one of the two: rules are in a file or in code.");
    }
    return file.read();
  }

  /** Reads the file again when it changes. */
  @Bean
  @ConditionalOnBean(Rules.class)
  @ConditionalOnProperty(FILE)
  @ConditionalOnBooleanProperty(name = "ratelimiter.rules.watch", matchIfMissing = true)
  FollowedFile rateLimiterFollowedRules(Rules rules, RulesSource source) {
    return source.file().watchFor(rules);
  }

  @Bean
  @ConditionalOnBean(Rules.class)
  PhasedLimits rateLimiterRulesLimits(Rules rules, RateLimiterProperties properties) {
    return new PhasedLimits(properties.rules().phase(), rules);
  }

  @Bean
  @ConditionalOnBean(Rules.class)
  ObservedLimiter rateLimiterRulesLimiter(
      Rules rules,
      ObjectProvider<CallObserver> observers,
      ObjectProvider<RulesListener> listeners) {
    observers.orderedStream().forEach(rules.limiter()::addObserver);
    listeners.orderedStream().forEach(rules::addListener);
    return new ObservedLimiter(rules.limiter());
  }
}
