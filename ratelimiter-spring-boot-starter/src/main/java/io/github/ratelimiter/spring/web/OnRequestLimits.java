package io.github.ratelimiter.spring.web;

import io.github.ratelimiter.spring.HttpLimiterCustomizer;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Whether requests are limited: by properties, by a customizer, or by rules. */
final class OnRequestLimits extends AnyNestedCondition {
  OnRequestLimits() {
    super(ConfigurationPhase.REGISTER_BEAN);
  }

  @Conditional(OnProperty.class)
  static final class LimitsInProperties {}

  @ConditionalOnBean(HttpLimiterCustomizer.class)
  static final class LimitsInCode {}

  @ConditionalOnBean(PhasedLimits.class)
  static final class LimitsOfOtherParts {}

  /** A condition on a list, for which Spring Boot has none. */
  static final class OnProperty extends SpringBootCondition {
    private static final ConfigurationPropertyName LIMITS =
        ConfigurationPropertyName.of("ratelimiter.web.limits");

    @Override
    public ConditionOutcome getMatchOutcome(
        ConditionContext context, AnnotatedTypeMetadata metadata) {
      for (var source : ConfigurationPropertySources.get(context.getEnvironment())) {
        if (source.containsDescendantOf(LIMITS) == ConfigurationPropertyState.PRESENT) {
          return ConditionOutcome.match(ConditionMessage.of("found " + LIMITS));
        }
      }
      return ConditionOutcome.noMatch(ConditionMessage.of("did not find " + LIMITS));
    }
  }
}
