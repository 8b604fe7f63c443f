package io.github.ratelimiter.spring.rules;

import io.github.ratelimiter.CallObserver;
import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.rules.Rules;
import io.github.ratelimiter.rules.RulesBuilder;
import io.github.ratelimiter.rules.RulesListener;
import io.github.ratelimiter.rules.file.FollowedFile;
import io.github.ratelimiter.rules.postgresql.RuleDatabase;
import io.github.ratelimiter.rules.postgresql.RuleDatabaseWatch;
import io.github.ratelimiter.spring.ApiKeys;
import io.github.ratelimiter.spring.RateLimiterProperties;
import io.github.ratelimiter.spring.autoconfigure.ObservedLimiter;
import io.github.ratelimiter.spring.failure.InvalidSettingException;
import io.github.ratelimiter.spring.web.ClientAddresses;
import io.github.ratelimiter.spring.web.PhasedLimits;
import io.github.ratelimiter.store.StateStore;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
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
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;

/** The rules, and the file or the database that they follow. */
@AutoConfiguration(
    afterName = {
      "io.github.ratelimiter.spring.autoconfigure.RateLimiterAutoConfiguration",
      "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration"
    })
@ConditionalOnBooleanProperty(name = "ratelimiter.enabled", matchIfMissing = true)
@ConditionalOnClass(Rules.class)
final class RulesAutoConfiguration {
  private static final String FILE = "ratelimiter.rules.file";

  @Bean
  @ConditionalOnProperty(FILE)
  FileRules rateLimiterFileRules(
      RateLimiterProperties properties, ConfigurableEnvironment environment) {
    return FileRules.of(properties.rules(), environment);
  }

  @Bean
  @ConditionalOnMissingBean
  @Conditional(OnRuleSet.class)
  Rules rateLimiterRules(
      StateStore store,
      RateLimiterProperties properties,
      ObjectProvider<RulesSource> sources,
      ObjectProvider<RuleSet> sets,
      ObjectProvider<ApiKeys> apiKeys) {
    RulesBuilder rules =
        Rules.builder(store)
            .address(ClientAddresses.of(properties.web()))
            .instances(properties.rules().instances())
            .rules(only(sources.stream().toList(), sets.getIfAvailable()));
    RateLimiterProperties.ApiKey apiKey = properties.web().apiKey();
    ApiKeys known = apiKeys.getIfAvailable();
    if (known != null) {
      rules.apiKey(apiKey.header(), known::isKnown);
    } else if (apiKey.verified()) {
      rules.apiKey(apiKey.header(), key -> true);
    }
    return rules.build();
  }

  /** Requires one. */
  private static RuleSet only(List<RulesSource> sources, @Nullable RuleSet bean) {
    if (sources.isEmpty()) {
      return Objects.requireNonNull(bean, "bean");
    }
    if (sources.size() > 1 || bean != null) {
      throw InvalidSettingException.of(
          "There are rules in more than one place: "
              + Stream.concat(
                      sources.stream().map(RulesSource::toString),
                      Stream.ofNullable(bean).map(set -> "a bean of the type RuleSet"))
                  .collect(Collectors.joining(", ")),
          "Keep one: ratelimiter.rules.file, ratelimiter.rules.database.enabled, or the bean.");
    }
    return sources.get(0).read();
  }

  @Bean
  @ConditionalOnBean(Rules.class)
  @ConditionalOnProperty(FILE)
  @ConditionalOnBooleanProperty(name = "ratelimiter.rules.watch", matchIfMissing = true)
  FollowedFile rateLimiterFollowedRules(Rules rules, FileRules source) {
    return source.follow(rules);
  }

  /** Rules in the database of the application. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(RuleDatabase.class)
  @ConditionalOnBooleanProperty("ratelimiter.rules.database.enabled")
  static final class InDatabase {
    @Bean
    @ConditionalOnMissingBean
    RuleDatabase rateLimiterRuleDatabase(
        ObjectProvider<DataSource> dataSources, RateLimiterProperties properties) {
      DataSource dataSource = dataSources.getIfUnique();
      if (dataSource == null) {
        throw InvalidSettingException.ofProperty(
            "ratelimiter.rules.database.enabled",
            true,
            "there is not exactly one bean of the type DataSource",
            "Set spring.datasource.url, mark one as primary, or make a bean of the type"
                + " RuleDatabase.");
      }
      RuleDatabase database = RuleDatabase.of(dataSource);
      String schema = properties.rules().database().schema();
      return schema == null ? database : database.withSchema(schema);
    }

    @Bean
    DatabaseRules rateLimiterDatabaseRules(
        RuleDatabase database, RateLimiterProperties properties) {
      return DatabaseRules.of(database, properties.rules().database());
    }

    @Bean
    RuleDatabaseWatch rateLimiterRuleDatabaseWatch(Rules rules, DatabaseRules source) {
      return source.follow(rules);
    }
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
